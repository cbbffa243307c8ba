import { closeSync, openSync, readSync } from 'node:fs'

/** Milliseconds of a clock tick in `/proc/PID/stat`: `USER_HZ` of Linux is 100 for every program. */
const tickMilliseconds = 10

/** Longest line that is read: 52 numbers and a name. */
const lineBytes = 1536

/** The processor time one process has used. */
export interface CpuTime {
  /** Milliseconds of all its threads, also of those that have ended, in steps of 10. @throws where the process is gone */
  read(): number
  close(): void
}

/** Look at the processor time of a process, by `utime` and `stime` of `proc_pid_stat(5)`: of this process only, also when its pid is given to another. @throws where it is gone */
export function openCpuTime(pid: number): CpuTime {
  const file = openSync(`/proc/${pid}/stat`, 'r')
  const line = Buffer.allocUnsafe(lineBytes)
  return {
    read() {
      const text = line.toString('latin1', 0, readSync(file, line, 0, lineBytes, 0))
      const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
      return (Number(fields[11]) + Number(fields[12])) * tickMilliseconds
    },
    close: () => closeSync(file),
  }
}
