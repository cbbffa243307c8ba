import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os'
import { fileURLToPath } from 'node:url'

/** Where and of what a result was measured. */
export interface Machine {
  readonly cpu: string
  readonly cores: number
  /** Bytes. */
  readonly memory: number
  readonly kernel: string
  readonly node: string
  readonly commit: string
  /** Were there changes beside the commit? */
  readonly changed: boolean
  /** Load of the last minute when it began. */
  readonly load: number
  readonly packages: Readonly<Record<string, string>>
}

const root = fileURLToPath(new URL('..', import.meta.url))

/** Look at this machine and this checkout. */
export function machine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memory: totalmem(),
    kernel: release(),
    node: process.version,
    commit: git('rev-parse', '--short', 'HEAD') ?? 'unknown',
    changed: git('status', '--porcelain', '--', '.', ':!bench/results', ':!bench/README.md') !== '',
    load: Number(loadavg()[0]!.toFixed(2)),
    packages: Object.fromEntries(['@cardcage/kernel', 'tinypool', 'piscina', 'commander', 'zod'].map((name) => [name, version(name)])),
  }
}

function git(...args: string[]): string | undefined {
  try {
    return execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
  } catch {
    return undefined
  }
}

function version(name: string): string {
  return (JSON.parse(readFileSync(`${root}node_modules/${name}/package.json`, 'utf8')) as { version: string }).version
}
