import { openCpuTime } from './cpu-time.ts'
import type { CpuHold, HeldProcess } from './hold-cpu.ts'

/** Milliseconds between two looks at a process that uses little. */
const coarse = 250

/** Longest and shortest time between two looks at one that uses much, or has just got work, in milliseconds. */
const fine = { most: 50, least: 5 }

/** Milliseconds of a whole processor that it may use at once after it has used nothing. */
const burst = 100

/** Milliseconds it stays stopped at least, for few signals, and what it must be able to use then at least: less is hardly measured. */
const rest = 100
const leastRun = 20

/** Milliseconds of processor time below which nothing is left: what was used since the last step of the clock is not seen. */
const nothing = 10

/** Longest wait of a stopped process until it is looked at again. */
const longestWait = 1000

/**
 * Hold the processor time of a process by `SIGSTOP` and `SIGCONT`. It may use `percent` of a processor on the average, all threads together; what it does not use
 * it saves, up to 100 ms of the limit's processors, and what it has used too much it waits for. One that uses little is looked at four times a second.
 *
 * The time of a call, of a start and of every other wait goes on while the process is stopped. `undefined` where it is gone.
 */
export function holdByDutyCycle(held: HeldProcess, percent: number): CpuHold | undefined {
  const rate = percent / 100
  const most = burst * Math.max(1, rate)
  const enough = Math.max(leastRun, rest * rate)
  const time = opened(held.pid)
  if (!time) return undefined
  const { cpu } = time
  let { used } = time
  let budget = most
  let seen = performance.now()
  let lentUntil = 0
  let isStopped = false
  /** Nobody knows yet what it does: it has just begun, or gone on. */
  let isFresh = true
  let isOver = false
  let timer: NodeJS.Timeout | undefined
  let due = 0

  const end = () => {
    if (isOver) return
    isOver = true
    clearTimeout(timer)
    cpu.close()
  }
  const look = (within = Infinity) => {
    clearTimeout(timer)
    const wait = Math.min(within, step())
    if (isOver) return
    due = performance.now() + wait
    timer = setTimeout(look, wait).unref()
  }
  /** Settle what it has used since the last look, stop or continue it; returns milliseconds until the next look. */
  const step = (): number => {
    const now = performance.now()
    const elapsed = now - seen
    let spent: number
    try {
      const all = cpu.read()
      spent = all - used
      used = all
    } catch {
      end()
      return coarse
    }
    seen = now
    budget = Math.min(most, budget + elapsed * rate - spent)
    if (isStopped && budget >= enough) go()
    if (isStopped) {
      // Any process of the same user can continue it.
      if (spent > 0) held.signal('SIGSTOP')
      return Math.min(spent > 0 ? fine.most : longestWait, Math.max(1, (enough - budget) / rate))
    }
    if (now < lentUntil) return lentUntil - now
    if (budget < nothing) {
      isStopped = true
      held.signal('SIGSTOP')
      return Math.min(longestWait, (enough - budget) / rate)
    }
    if (!isFresh && spent <= (elapsed * rate) / 2) return coarse
    isFresh = false
    const gain = Math.max(1, elapsed > 0 ? spent / elapsed : 0) - rate
    return gain > 0 ? Math.min(fine.most, Math.max(fine.least, budget / gain)) : fine.most
  }
  const go = () => {
    isStopped = false
    isFresh = true
    held.signal('SIGCONT')
  }
  look()
  return {
    by: 'duty cycle',
    expect() {
      if (!isOver && !isStopped && due - performance.now() > fine.most) look(fine.most)
    },
    lend(milliseconds) {
      if (isOver) return
      lentUntil = Math.max(lentUntil, performance.now() + milliseconds)
      if (isStopped) go()
      look()
    },
    release() {
      if (isOver) return
      end()
      if (isStopped) go()
    },
  }
}

function opened(pid: number) {
  try {
    const cpu = openCpuTime(pid)
    return { cpu, used: cpu.read() }
  } catch {
    return undefined
  }
}
