import { spawnSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join, sep } from 'node:path'

/** `PATH` without the folders that npm puts before it: what a person's shell has. */
export const systemPath = (process.env['PATH'] ?? '')
  .split(delimiter)
  .filter((folder) => !folder.includes(`${sep}node_modules${sep}`) && !folder.includes('node-gyp-bin'))
  .join(delimiter)

/** The machine's own Node, and why the tests that need one older than 26 cannot run (`false` where they can). */
export const systemNode = find()

function find(): { path: string; skip: string | false } {
  const path = systemPath
    .split(delimiter)
    .map((folder) => join(folder, 'node'))
    .find(executable)
  if (path === undefined) return { path: '', skip: 'this machine has no Node of its own on PATH' }
  const version = spawnSync(path, ['--version'], { encoding: 'utf8' }).stdout.trim()
  return { path, skip: Number.parseInt(version.slice(1), 10) >= 26 ? `this machine's own Node is ${version}: needs one below 26` : false }
}

function executable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
