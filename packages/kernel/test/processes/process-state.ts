import { readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'

/** State of a process as in `/proc/PID/stat`: `R`, `S`, `Z` …; `undefined` where there is none. */
export function processState(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2)[0]
  } catch {
    return undefined
  }
}

/** Does a process end within a bounded time? One that is dead and that nobody has taken away counts as ended. */
export async function gone(pid: number): Promise<boolean> {
  for (let tries = 0; tries < 500; tries++) {
    const state = processState(pid)
    if (state === undefined || state === 'Z' || state === 'X') return true
    await pause(10)
  }
  return false
}

/** A value of `/proc/PID/status` in bytes. */
export function statusBytes(pid: number | 'self', key: 'VmRSS' | 'VmHWM'): number {
  const kilobytes = new RegExp(`${key}:\\s*(\\d+) kB`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  if (kilobytes === undefined) throw new Error(`/proc/${pid}/status has no ${key}`)
  return Number(kilobytes) * 1024
}
