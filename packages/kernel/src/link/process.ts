import { type ChildProcess, spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import type { Duplex } from 'node:stream'
import { type ErrorCause, type Json, PluginError } from '@cardcage/plugin'
import { socketPort } from '../wire/port.ts'
import type { Link, Services } from './link.ts'
import { readLines } from './output.ts'
import { type Assignment, Session } from './session.ts'

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
  /** Program that makes it die with the host, before `node`. */
  readonly wrapper: readonly string[]
  /** Ends the process where it aborts before the instance is ready. */
  readonly signal?: AbortSignal
}

/** Milliseconds between two looks at a process's memory. */
const watchEvery = 100

const inheritedDescriptors = openDescriptors()

/**
 * Start a plugin in a process of its own and assign it.
 *
 * @throws {PluginError} what the plugin refused with, or how its process ended meanwhile
 */
export async function processLink(assignment: Assignment, services: Services, options: ProcessOptions): Promise<Link> {
  const [command, ...rest] = [...options.wrapper, process.execPath, '--disable-sigusr1', '--no-addons', '--disable-warning=ExperimentalWarning', ...options.flags, options.runner, ...inheritedDescriptors]
  const child = spawn(command!, rest, { stdio: ['ignore', 'pipe', 'pipe', 'pipe'], env: options.env, detached: true, cwd: '/' })
  const tail: string[] = []
  const certificate: { cause?: ErrorCause; reason?: string; asked: boolean } = { asked: false }
  const gone = Promise.withResolvers<PluginError | undefined>()
  const port = socketPort(child.stdio[3] as Duplex)
  const session = new Session(port, services)
  const kill = (cause: ErrorCause, reason?: string) => {
    certificate.cause ??= cause
    if (reason !== undefined) certificate.reason ??= reason
    killGroup(child)
  }
  session.onStuck = (cause, call) => kill(cause, call)
  session.onViolation = (cause, reason) => {
    kill(cause, reason)
    port.close()
  }
  port.onEnd = (reason) => {
    if (reason !== undefined) kill('garbage', reason)
    else setTimeout(() => kill('exit'), 1000).unref()
  }
  for (const stream of ['stdout', 'stderr'] as const) {
    readLines(child[stream]!, (line) => {
      tail.push(line)
      if (tail.length > 20) tail.shift()
      services.log(stream === 'stdout' ? 'info' : 'warn', line, 0, { stream })
    })
  }
  const watchdog = options.memory === undefined ? undefined : watchMemory(child, options.memory, (bytes) => kill('oom', `${bytes} bytes resident, ${options.memory} allowed`))
  const starting = setTimeout(() => kill('start', `not ready after ${options.startTimeout} ms`), options.startTimeout)

  let exited: { code: number | null; signal: NodeJS.Signals | null } | undefined
  const over = () => {
    clearTimeout(starting)
    clearInterval(watchdog)
    const error = deathError(certificate, exited, tail, session.lastCall)
    session.end(error, (call) => (certificate.cause === 'deadline' && !call.signal?.aborted ? goneError(error) : error))
    gone.resolve(certificate.asked ? undefined : error)
  }
  child.once('error', (error) => {
    certificate.reason = error.message
    over()
  })
  child.once('exit', (code, signal) => {
    exited = { code, signal }
    const late = setTimeout(over, 200)
    child.once('close', () => {
      clearTimeout(late)
      over()
    })
  })

  const unwanted = () => kill('gone')
  options.signal?.addEventListener('abort', unwanted, { once: true })
  if (options.signal?.aborted) unwanted()
  try {
    const ready = await session.assign(assignment).finally(() => options.signal?.removeEventListener('abort', unwanted))
    clearTimeout(starting)
    return {
      provides: ready.provides,
      config: ready.config,
      pid: child.pid,
      call: (request) => session.call(request),
      late: () => session.late(),
      check: (timeout) => session.check(timeout),
      gone: gone.promise,
      async stop(grace) {
        certificate.asked = true
        const late = setTimeout(() => kill('grace'), grace)
        const carry = await session.stop()
        clearTimeout(late)
        kill('gone')
        await gone.promise
        return carry
      },
    }
  } catch (error) {
    certificate.asked = true
    clearTimeout(starting)
    kill('load')
    await gone.promise
    throw error
  }
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  try {
    process.kill(-child.pid, 'SIGKILL')
  } catch {
    child.kill('SIGKILL')
  }
}

/** How a process ended, as its callers are told. */
function deathError(
  certificate: { cause?: ErrorCause; reason?: string },
  exited: { code: number | null; signal: NodeJS.Signals | null } | undefined,
  tail: readonly string[],
  lastCall: string | undefined,
): PluginError {
  const heap = tail.some((line) => line.includes('heap out of memory') || line.includes('Fatal process out of memory'))
  const cause: ErrorCause = certificate.cause && certificate.cause !== 'exit' ? certificate.cause : heap ? 'heap' : exited?.signal ? 'signal' : 'exit'
  const details: Json = {
    cause,
    ...(certificate.reason === undefined ? {} : { reason: certificate.reason }),
    ...(exited?.code == null ? {} : { exitCode: exited.code }),
    ...(exited?.signal ? { signal: exited.signal } : {}),
    ...(lastCall === undefined ? {} : { lastCall }),
    log: tail.slice(-10),
  }
  const end = exited?.signal ? `signal ${exited.signal}` : exited?.code == null ? 'it could not be started' : `exit code ${exited.code}`
  switch (cause) {
    case 'garbage':
    case 'frame':
    case 'order':
    case 'credit':
    case 'payload':
    case 'flood':
      return new PluginError('protocol', `The plugin broke the wire protocol and was ended: ${certificate.reason ?? cause}`, { details })
    case 'oom':
    case 'heap':
      return new PluginError('limit-exceeded', `The plugin used more memory than it may and was ended${certificate.reason ? `: ${certificate.reason}` : ' (its JavaScript heap was full)'}`, {
        details,
        hint: 'Give it less data, use a streaming operation, or raise `limits.memory` of its manifest.',
      })
    case 'deadline':
      return new PluginError('timeout', `The plugin did not answer at the deadline of ${certificate.reason ?? 'its call'} and was ended`, { details })
    case 'start':
      return new PluginError('timeout', `The plugin did not become ready: ${certificate.reason}`, { details, hint: 'Do less in `setup`; open connections on first use.' })
    case 'grace':
      return new PluginError('cancelled', 'The plugin did not stop in time after its call was cancelled, and was ended', { details })
    default:
      return new PluginError('crashed', `The plugin’s process ended: ${certificate.reason && !exited ? certificate.reason : end}`, { details })
  }
}

/** What is told to the other calls of a process that was ended for one of them. */
function goneError(error: PluginError): PluginError {
  return new PluginError('crashed', 'The plugin’s process was ended for another call while this one ran', { cause: error, details: { cause: 'gone' } })
}

function watchMemory(child: ChildProcess, limit: number, over: (bytes: number) => void): NodeJS.Timeout | undefined {
  const path = `/proc/${child.pid}/statm`
  const timer = setInterval(() => {
    try {
      const bytes = Number(readFileSync(path, 'utf8').split(' ')[1]) * 4096
      if (bytes > limit) over(bytes)
    } catch {
      clearInterval(timer)
    }
  }, watchEvery)
  timer.unref()
  return timer
}

/** Descriptors this process has inherited and would hand on: not marked close-on-exec. */
function openDescriptors(): string[] {
  try {
    return readdirSync('/proc/self/fd').filter((descriptor) => {
      if (Number(descriptor) <= 3) return false
      const flags = /flags:\s*(\d+)/.exec(readFileSync(`/proc/self/fdinfo/${descriptor}`, 'utf8'))?.[1]
      return flags !== undefined && (Number.parseInt(flags, 8) & 0o2000000) === 0
    })
  } catch {
    return []
  }
}
