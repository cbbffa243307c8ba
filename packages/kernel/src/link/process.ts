import { type ChildProcess, spawn } from 'node:child_process'
import type { Duplex, Readable } from 'node:stream'
import { type ErrorCause, PluginError } from '@cardcage/plugin'
import { socketPort } from '../wire/port.ts'
import type { Assignment } from './assignment.ts'
import { deathError, goneError } from './death.ts'
import type { DiesWithHost } from './dies-with-host.ts'
import { inheritedDescriptors } from './inherited.ts'
import { type CpuHold, type CpuLimit, holdCpu } from './hold-cpu.ts'
import type { Link, Services } from './link.ts'
import { readLines } from './output.ts'
import { Session } from './session.ts'
import { watchMemory } from './watch-memory.ts'

/** What a process is started with. */
export interface ProcessOptions {
  /** The script the process runs. */
  readonly runner: string
  /** Node's flags before it. */
  readonly flags: readonly string[]
  /** The only environment it gets. */
  readonly env: Readonly<Record<string, string>>
  /** Milliseconds until it must be ready. */
  readonly startTimeout: number
  /** Most resident memory in bytes; `undefined`: not watched. */
  readonly memory: number | undefined
  /** Most processor time from the moment the plugin's code may run; `undefined`: not held. */
  readonly cpu?: CpuLimit | undefined
  /** What makes it die with the host. */
  readonly diesWithHost: DiesWithHost
  /** Ends the process where it aborts before the instance is ready. */
  readonly signal?: AbortSignal
}

const alwaysFlags = ['--disable-sigusr1', '--no-addons', '--disable-warning=ExperimentalWarning']

/** Share of the host's time one plugin may take with what it sends. */
const share = 0.5

/** Lines of its output that are kept. */
const tailLines = 20

/** Milliseconds a process may live on after it has closed its channel. */
const closedGrace = 1000

/** Milliseconds to wait for the last output of a process that has ended. */
const lastOutput = 200

/** Milliseconds a process whose processor time is held has for the health checks before it may be stopped. */
const checkLoan = 200

const inherited = inheritedDescriptors()

/**
 * Start a plugin in a process of its own and assign it.
 *
 * @throws {PluginError} what the plugin refused with, or how its process ended meanwhile
 */
export async function processLink(assignment: Assignment, services: Services, options: ProcessOptions): Promise<Link> {
  const child = startProcess(options)
  const port = socketPort(child.stdio[3] as Duplex, { share })
  const session = new Session(port, services)
  const gone = Promise.withResolvers<PluginError | undefined>()
  const tail: string[] = []
  let cause: ErrorCause | undefined
  let reason: string | undefined
  let asked = false
  let heapFull = false
  let exited: { code: number | null; signal: NodeJS.Signals | null } | undefined

  const kill = (why: ErrorCause, words?: string) => {
    if (cause === undefined) {
      cause = why
      reason = words
    }
    signalGroup(child, 'SIGKILL')
  }
  const over = () => {
    clearTimeout(starting)
    unwatch?.()
    hold?.release()
    const error = deathError({
      ...(cause ? { cause } : {}),
      ...(reason === undefined ? {} : { reason }),
      asked,
      heapFull,
      exited,
      tail,
      lastCall: session.lastCall,
    })
    gone.resolve(asked ? undefined : error)
    session.end(error, !asked && (cause === 'deadline' || cause === 'grace') ? goneError(error) : error)
  }
  const starting = setTimeout(() => kill('start', `not ready after ${options.startTimeout} ms`), options.startTimeout)
  const unwatch =
    options.memory === undefined || child.pid === undefined
      ? undefined
      : watchMemory(child.pid, options.memory, (bytes) => kill('oom', `${bytes} bytes resident, ${options.memory} allowed`))
  const { cpu } = options
  let hold: CpuHold | undefined
  if (cpu) {
    session.onHello = () =>
      (hold = isRunning(child) ? holdCpu({ pid: child.pid, signal: (name) => signalGroup(child, name) }, cpu) : undefined)
    session.onLate = () => hold?.lend(session.grace)
    child.once('exit', () => hold?.release())
  }
  session.onStuck = (why, call) => kill(why, call)
  session.onViolation = (why, words) => {
    kill(why, words)
    port.close()
  }
  port.onEnd = (how, words) => {
    if (how === 'garbage') return kill('garbage', words)
    setTimeout(
      () => kill('exit', how === 'cut' ? 'it closed its channel in the middle of a frame' : 'it closed its channel'),
      closedGrace,
    ).unref()
  }
  for (const stream of ['stdout', 'stderr'] as const) {
    readLines(child[stream] as Readable, (line) => {
      heapFull ||= line.includes('heap out of memory')
      if (!isOfNode(line)) tail.push(line)
      if (tail.length > tailLines) tail.shift()
      services.log(stream === 'stdout' ? 'info' : 'warn', line, 0, { stream })
    })
  }
  child.once('error', (error) => {
    if (child.pid !== undefined) return
    reason = error.message
    over()
  })
  child.once('exit', (code, signal) => {
    exited = { code, signal }
    const late = setTimeout(over, lastOutput)
    child.once('close', () => {
      clearTimeout(late)
      over()
    })
  })

  const unwanted = () => kill('gone')
  options.signal?.addEventListener('abort', unwanted, { once: true })
  if (options.signal?.aborted) unwanted()
  try {
    const { provides, config } = await session.assign(assignment).finally(() => options.signal?.removeEventListener('abort', unwanted))
    clearTimeout(starting)
    return {
      provides,
      config,
      pid: child.pid,
      call(request) {
        hold?.expect()
        return session.call(request)
      },
      late: () => (cause === undefined ? session.late() : gone.promise),
      check(timeout) {
        hold?.lend(checkLoan)
        return session.check(timeout)
      },
      gone: gone.promise,
      async stop(grace) {
        asked = true
        hold?.release()
        const late = setTimeout(() => kill('grace'), grace)
        const carry = await session.stop()
        clearTimeout(late)
        kill('gone')
        await gone.promise
        return carry
      },
    }
  } catch (error) {
    clearTimeout(starting)
    kill('load')
    await gone.promise
    throw error
  }
}

function startProcess({ diesWithHost, flags, runner, env }: ProcessOptions): ChildProcess {
  const { wrapper, byRunner } = diesWithHost
  const node = [process.execPath, ...alwaysFlags, ...diesWithHost.flags, ...flags]
  const [command, ...rest] = [...wrapper, ...node, runner, String(process.pid), byRunner ? 'prctl' : '-', ...inherited]
  try {
    const child = spawn(command!, rest, { stdio: ['ignore', 'pipe', 'pipe', 'pipe'], env, detached: true, cwd: '/' })
    if (child.stdout && child.stdio[3]) return child
    child.once('error', () => undefined)
  } catch (error) {
    throw new PluginError('unavailable', `A process cannot be started: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
      details: { cause: 'start' },
    })
  }
  throw new PluginError('unavailable', 'A process cannot be started: there are too many open files or processes', {
    details: { cause: 'start' },
  })
}

/** Send a signal to a process and its group; nothing where it has ended: its pid may be another's. */
function signalGroup(child: ChildProcess, signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void {
  if (!isRunning(child)) return
  try {
    process.kill(-child.pid, signal)
  } catch {
    child.kill(signal)
  }
}

function isRunning(child: ChildProcess): child is ChildProcess & { readonly pid: number } {
  return child.pid !== undefined && child.exitCode === null && child.signalCode === null
}

/** Is it a line of the native stack that Node prints when a process aborts? It would push out what the plugin said last. */
function isOfNode(line: string): boolean {
  return /^\s*\d+: 0x[0-9a-f]+ |\bnode:internal\//.test(line) || /^\s*(?:----- \w+ stack trace -----)?$/.test(line)
}
