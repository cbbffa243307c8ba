import { type CpuGroups, openCpuGroups } from './cpu-group.ts'
import { holdByDutyCycle } from './duty-cycle.ts'

/** How the processor time of a process is held. */
export type CpuHeldBy = 'cgroup' | 'duty cycle'

/** Most processor time of a process, and how it is held. */
export interface CpuLimit {
  /** Percent of one processor: 200 is two of them. Above 0. */
  readonly percent: number
  readonly by: CpuHeldBy
}

/** A process whose processor time is held. */
export interface CpuHold {
  readonly by: CpuHeldBy
  /** It gets work now: look soon at what it does with it. */
  expect(): void
  /** Let it run for so many milliseconds at least: it is asked for a sign of life. What it uses is taken back later where that is possible. */
  lend(milliseconds: number): void
  /** Let it run and never touch it again. For its end, and for a process that is gone. */
  release(): void
}

/** A process that can be sent signals. */
export interface HeldProcess {
  readonly pid: number
  /** Send a signal to it and to its group; nothing where it has ended. */
  signal(name: 'SIGSTOP' | 'SIGCONT'): void
}

let groups: CpuGroups | undefined
let isProbed = false

/** How this host holds processor time: by a cgroup where it may make one (looked at once), else by stopping and continuing. `undefined`: not at all, it is not Linux. */
export function cpuHeldBy(): CpuHeldBy | undefined {
  if (process.platform !== 'linux') return undefined
  if (!isProbed) {
    isProbed = true
    groups = openCpuGroups()
  }
  return groups ? 'cgroup' : 'duty cycle'
}

/** Hold the processor time of a process from now on. A cgroup that does not take it is not tried again. */
export function holdCpu(held: HeldProcess, { percent, by }: CpuLimit): CpuHold | undefined {
  if (by === 'cgroup' && cpuHeldBy() === 'cgroup') {
    const hold = groups?.add(held.pid, percent)
    if (hold) return hold
    groups = undefined
  }
  return holdByDutyCycle(held, percent)
}
