import { randomUUID } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type Json, PluginError } from '@cardcage/plugin'
import { isObject } from '../manifest/schema-node.ts'
import { type ConfigLayer, sourceLayer } from './config-layer.ts'
import type { PluginFolder } from './config-places.ts'
import type { ConfigProblem } from './config-problem.ts'
import { readConfigSource } from './config-source.ts'
import type { Variables } from './interpolate.ts'

/** Of what `writePluginFile` writes. */
const format = 1

/** The file of a plugin's or a slot's own config in such a folder. */
export function pluginFile(folder: string, name: string): string {
  return join(folder, `${name}.json`)
}

/** What the files of a plugin say of a slot's config, lowest first: those called as the plugin's id, above them those called as the slot. */
export function pluginFileLayers(
  folders: readonly PluginFolder[],
  slot: string,
  id: string,
  variables: Variables,
  problems: ConfigProblem[],
): readonly ConfigLayer[] {
  return [...new Set([id, slot])].flatMap((name) =>
    folders.flatMap(({ layer, folder }) => pluginFileLayer(layer, pluginFile(folder, name), variables, problems) ?? []),
  )
}

/** The config in one such file; `undefined` where there is none, or it cannot be read. Without `variables` its texts stay as they are written. A file that is nothing but values is taken as they are. */
export function pluginFileLayer(
  layer: PluginFolder['layer'],
  file: string,
  variables: Variables | undefined,
  problems: ConfigProblem[],
): ConfigLayer | undefined {
  if (!existsSync(file)) return undefined
  const source = readConfigSource(file, layer, variables, problems)
  if (!source) return undefined
  const isWrapped = typeof source.value['format'] === 'number' && isObject(source.value['config']) && Object.keys(source.value).length === 2
  return sourceLayer(layer === 'user' ? 'user-plugin' : 'workspace-plugin', source, isWrapped ? ['config'] : [])
}

/**
 * Do something with the files of such a folder while no other process does: what was read is still there when it is written. Waits at most 10 seconds. The lock
 * is one of SQLite, which ends with its process; its file stays, empty.
 *
 * @throws {PluginError} `unavailable` where another process does not let go, or the folder cannot be written
 */
export function withPluginFolder<T>(folder: string, work: () => T): T {
  const lock = lockOf(folder)
  try {
    return work()
  } finally {
    lock.close()
  }
}

function lockOf(folder: string): DatabaseSync {
  let lock: DatabaseSync | undefined
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    lock = new DatabaseSync(join(folder, '.lock'), { timeout: 10_000 })
    lock.exec('BEGIN EXCLUSIVE')
    return lock
  } catch (error) {
    lock?.close()
    const isBusy = /locked|busy/i.test((error as Error).message)
    throw new PluginError('unavailable', `${folder} cannot be written: ${(error as Error).message}`, {
      origin: 'kernel',
      retryable: isBusy,
      hint: isBusy ? 'Another command changes files there; try again when it is done.' : 'Make it a folder this user may write.',
      cause: error,
    })
  }
}

/** Write a plugin's own config: whole or not at all, readable by this user only. A config without keys removes the file. */
export function writePluginFile(file: string, config: Readonly<Record<string, Json>>): void {
  if (Object.keys(config).length === 0) return rmSync(file, { force: true })
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  const partial = `${file}.${randomUUID()}.partial`
  try {
    writeFileSync(partial, `${JSON.stringify({ format, config }, null, 2)}\n`, { mode: 0o600, flag: 'wx' })
    chmodSync(partial, 0o600)
    renameSync(partial, file)
  } catch (error) {
    rmSync(partial, { force: true })
    throw error
  }
}
