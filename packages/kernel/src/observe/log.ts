import type { Json } from '@cardcage/plugin'

/** One log line of the host or of a plugin. */
export interface LogRecord {
  /** Milliseconds since 1970 UTC. */
  readonly time: number
  readonly level: 'debug' | 'info' | 'warn' | 'error'
  readonly message: string
  /** Absent for the kernel itself. */
  readonly slot?: string
  /** Number of the call it belongs to. */
  readonly call?: string
  readonly fields?: Readonly<Record<string, Json>>
}

/** Lines of a slot that are kept for people who look after the fact. */
const kept = 100

/** Lines a slot may log in a second; the rest is counted and said. */
const linesPerSecond = 1000

/** A slot's log: bounded in memory and in rate; every line also goes to `sink`. */
export interface Log {
  /** The last lines, oldest first. */
  readonly last: readonly LogRecord[]
  write(record: Omit<LogRecord, 'time' | 'slot'>): void
}

/** Make the log of one slot. */
export function createLog(slot: string | undefined, sink: ((record: LogRecord) => void) | undefined): Log {
  const last: LogRecord[] = []
  let second = 0
  let count = 0
  const put = (record: LogRecord) => {
    last.push(record)
    if (last.length > kept) last.shift()
    sink?.(record)
  }
  return {
    last,
    write(record) {
      const time = Date.now()
      const now = Math.floor(time / 1000)
      const where = slot === undefined ? {} : { slot }
      if (now !== second) {
        if (count > linesPerSecond)
          put({
            time,
            level: 'warn',
            message: `${count - linesPerSecond} log lines were left out: more than ${linesPerSecond} in a second`,
            ...where,
          })
        second = now
        count = 0
      }
      if (++count <= linesPerSecond) put({ time, ...where, ...record })
    },
  }
}
