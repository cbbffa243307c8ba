import { accessSync, constants, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { CpuHold } from './hold-cpu.ts'

/** Microseconds of a period of `cpu.max`: the usual one, and the longest, for limits that are too small for it. */
const period = { usual: 100_000, longest: 1_000_000 }

/** Least microseconds of a period that `cpu.max` takes. */
const leastQuota = 1000

/** How the folders of cgroups are called: this, pid of the host, a number. */
const prefix = 'cardcage-'

/** Milliseconds until a cgroup that was not empty yet is removed. */
const removeAgain = 200

/** Cgroups below that of this host, one for each process that is held. */
export interface CpuGroups {
  /** Put a process into a cgroup with this limit; `undefined` where that is refused: nothing is left then. */
  add(pid: number, percent: number): CpuHold | undefined
}

/**
 * Find the cgroup (version 2) of this process, and try whether it may make one with `cpu.max` below it; `undefined` where it may not. The cgroups are threaded:
 * only so can one lie below a cgroup that has processes itself. The controller `cpu` stays switched on in the host's own cgroup. Removes what hosts that were killed
 * have left there.
 *
 * @param proc folder in which `mountinfo` and `cgroup` of this process are
 */
export function openCpuGroups(proc = '/proc/self'): CpuGroups | undefined {
  let count = 0
  try {
    const own = ownCgroup(proc)
    if (own === undefined || !words(join(own, 'cgroup.controllers')).includes('cpu')) return undefined
    accessSync(join(own, 'cgroup.procs'), constants.W_OK)
    sweep(own)
    const switchOn = words(join(own, 'cgroup.subtree_control')).includes('cpu') ? undefined : join(own, 'cgroup.subtree_control')
    if (switchOn !== undefined) writeFileSync(switchOn, '+cpu')
    try {
      rmdirSync(make(own, count++, 50))
    } catch (error) {
      if (switchOn !== undefined) writeFileSync(switchOn, '-cpu')
      throw error
    }
    return { add: (pid, percent) => add(own, count++, pid, percent) }
  } catch {
    return undefined
  }
}

function add(own: string, number: number, pid: number, percent: number): CpuHold | undefined {
  let folder: string
  try {
    folder = make(own, number, percent)
  } catch {
    return undefined
  }
  try {
    writeFileSync(join(folder, 'cgroup.procs'), String(pid))
  } catch {
    remove(folder)
    return undefined
  }
  let lent: NodeJS.Timeout | undefined
  const limit = (text: string) => {
    try {
      writeFileSync(join(folder, 'cpu.max'), text)
    } catch {
      // It has gone with its process.
    }
  }
  let isOver = false
  return {
    by: 'cgroup',
    expect: () => undefined,
    lend(milliseconds) {
      if (isOver) return
      clearTimeout(lent)
      limit('max')
      lent = setTimeout(() => limit(maxOf(percent)), milliseconds).unref()
    },
    release() {
      clearTimeout(lent)
      if (!isOver) limit('max')
      isOver = true
      remove(folder)
    },
  }
}

/** Make a cgroup with a limit, or nothing. @throws what the system refuses */
function make(own: string, number: number, percent: number): string {
  const folder = join(own, `${prefix}${process.pid}-${number}`)
  mkdirSync(folder)
  try {
    writeFileSync(join(folder, 'cgroup.type'), 'threaded')
    writeFileSync(join(folder, 'cpu.max'), maxOf(percent))
    return folder
  } catch (error) {
    rmdirSync(folder)
    throw error
  }
}

/** A limit as `cpu.max` has it: microseconds of processor time, and of the period in which they may be used. */
function maxOf(percent: number): string {
  const each = (period.usual * percent) / 100 < leastQuota ? period.longest : period.usual
  return `${Math.max(leastQuota, Math.round((each * percent) / 100))} ${each}`
}

/** Remove a cgroup: a process that has just ended may still be in it, so once more a little later. */
function remove(folder: string, again = true): void {
  try {
    rmdirSync(folder)
  } catch (error) {
    if (again && (error as { code?: string }).code === 'EBUSY') setTimeout(() => remove(folder, false), removeAgain).unref()
  }
}

/** Remove the empty cgroups of hosts that run no more. */
function sweep(own: string): void {
  for (const name of readdirSync(own)) {
    const pid = Number(new RegExp(`^${prefix}(\\d+)-`).exec(name)?.[1] ?? 0)
    if (pid > 0 && !isRunning(pid)) remove(join(own, name), false)
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as { code?: string }).code === 'EPERM'
  }
}

/** Folder of this process's own cgroup: where the file system of version 2 is mounted, and where it is in there. */
function ownCgroup(proc: string): string | undefined {
  const path = /^0::(\/.*)$/m.exec(readFileSync(join(proc, 'cgroup'), 'utf8'))?.[1]
  const mount = /^\S+ \S+ \S+ (\S+) (\S+) .* - cgroup2 /m.exec(readFileSync(join(proc, 'mountinfo'), 'utf8'))
  if (path === undefined || !mount) return undefined
  const [, root = '/', folder = '/'] = mount
  if (root !== '/' && path !== root && !path.startsWith(`${root}/`)) return undefined
  return join(folder, root === '/' ? path : path.slice(root.length))
}

function words(file: string): string[] {
  return readFileSync(file, 'utf8').trim().split(' ')
}
