import { type Json, PluginError } from '@cardcage/plugin'
import type { SlotConfig, SlotState } from './slot-info.ts'
import type { Link, LinkRequest, LinkResult } from '../link/link.ts'
import type { Manifest } from '../manifest/manifest.ts'
import type { ProvidedByKind } from '../manifest/provides.ts'
import type { Log } from '../observe/log.ts'
import { createLimit, type Limit } from '../policy/limit.ts'
import { Failures } from './failures.ts'
import type { SlotStore } from './store.ts'

/** Milliseconds an instance has for its cleanup. */
const stopGrace = 2000

/** What a slot is made from. */
export interface SlotParts {
  readonly name: string
  readonly path: string
  readonly manifest: Manifest
  readonly config: SlotConfig
  readonly log: Log
  readonly store: SlotStore
  /** What it provides, as far as it is known without running it. */
  readonly known: ProvidedByKind | undefined
  /** Calls at once. */
  readonly concurrency: number
  /** Default deadline of a call in milliseconds. */
  readonly timeout: number
  /** Start an instance. */
  start(carry: Readonly<Record<string, Json>>): Promise<Link>
  /** Start what it depends on. */
  startDependencies(): Promise<void>
  /** It has become active and says what it provides. */
  onActive(link: Link): void
  /** Its state has changed. */
  onState(state: SlotState): void
}

/**
 * A named, configured, supervised place for one plugin. Starts its instance on first use, restarts it after a failure with growing waits, and takes it out of
 * service after five failures in a row.
 *
 * `stopped → starting → active → stopping → stopped`; from starting or active `→ failed` and back to starting after the wait, `→ quarantined`.
 */
export class Slot {
  readonly name: string
  readonly parts: SlotParts
  readonly failures: Failures
  readonly #limit: Limit
  #state: SlotState = 'stopped'
  #error: PluginError | undefined
  #link: Link | undefined
  #starting: Promise<Link> | undefined
  #carry: Readonly<Record<string, Json>> = {}
  #provides: ProvidedByKind | undefined
  calls = 0
  failed = 0

  constructor(parts: SlotParts) {
    this.name = parts.name
    this.parts = parts
    this.failures = new Failures(parts.store, parts.name)
    this.#limit = createLimit(parts.concurrency)
    this.#provides = parts.known
    if (this.failures.quarantined) {
      this.#state = 'quarantined'
      this.#error = this.failures.error()
    }
  }

  get state(): SlotState {
    return this.#state
  }

  get error(): PluginError | undefined {
    return this.#error
  }

  /** Of the running process. */
  get pid(): number | undefined {
    return this.#link?.pid
  }

  /** What it provides, if that is known without starting it. */
  get provides(): ProvidedByKind | undefined {
    return this.#provides
  }

  /** The running instance's link, if there is one. */
  get link(): Link | undefined {
    return this.#link
  }

  /** What it provides; starts it where that is the only way to know. */
  async learn(): Promise<ProvidedByKind> {
    return this.#provides ?? (await this.active()).provides
  }

  /** The active instance, started where there is none. @throws `quarantined`, or what the start failed with */
  async active(signal?: AbortSignal): Promise<Link> {
    if (this.#link) return this.#link
    if (this.failures.quarantined) throw this.#stamp(this.failures.error())
    if (!this.#starting) {
      this.#starting = this.#start().finally(() => (this.#starting = undefined))
      this.#starting.catch(() => undefined)
    }
    if (!signal) return await this.#starting
    const aborted = Promise.withResolvers<never>()
    const abort = () => aborted.reject(signal.reason as Error)
    signal.addEventListener('abort', abort, { once: true })
    try {
      signal.throwIfAborted()
      return await Promise.race([this.#starting, aborted.promise])
    } finally {
      signal.removeEventListener('abort', abort)
    }
  }

  /** One call; waits for its turn and for the instance. The process that answers is given with the result. */
  async call(request: LinkRequest): Promise<{ result: LinkResult; pid: number | undefined }> {
    const timeout = request.timeout ?? this.parts.timeout
    const deadline = performance.now() + timeout
    const give = await this.#limit.take(1, request.signal)
    this.calls++
    try {
      await this.#link?.late()
      const link = this.#link ?? (await this.#activeWithin(deadline, timeout, request.signal))
      const result = await link.call({ ...request, timeout: Math.max(1, deadline - performance.now()), whole: request.timeout !== undefined })
      if (this.failures.count > 0) this.failures.clear()
      void result.ended.then(give)
      return { result, pid: link.pid }
    } catch (error) {
      give()
      this.failed++
      throw this.#stamp(PluginError.from(error))
    }
  }

  /** The active instance, or why there is none in time. */
  async #activeWithin(deadline: number, timeout: number, signal: AbortSignal | undefined): Promise<Link> {
    const left = deadline - performance.now()
    if (this.failures.wait > left && !this.failures.quarantined) {
      throw new PluginError('unavailable', `${this.name} failed (${this.#error?.message ?? 'unknown'}) and is tried again in ${Math.ceil(this.failures.wait)} ms`, {
        retryAfter: Math.ceil(this.failures.wait),
      })
    }
    const late = Promise.withResolvers<never>()
    const timer = setTimeout(() => late.reject(new PluginError('timeout', `${this.name} was not started after ${timeout} ms`, { details: { cause: 'start' } })), Math.min(left, 0x7fffffff))
    try {
      return await Promise.race([this.active(signal), late.promise])
    } finally {
      clearTimeout(timer)
    }
  }

  /** Ends a quarantine or a failure: the next call starts it again. */
  release(): void {
    this.failures.clear()
    this.#error = undefined
    if (this.#state === 'quarantined' || this.#state === 'failed') this.#enter('stopped')
  }

  /** Stop the instance; what it hands over goes to the next. */
  async stop(): Promise<void> {
    const link = this.#link ?? (await this.#starting?.catch(() => undefined))
    if (!link) return
    this.#enter('stopping')
    this.#link = undefined
    this.#carry = await link.stop(stopGrace)
    this.#enter('stopped')
  }

  async #start(): Promise<Link> {
    if (this.failures.wait > 0) await new Promise((resolve) => setTimeout(resolve, this.failures.wait))
    this.#enter('starting')
    try {
      await this.parts.startDependencies()
      const link = await this.parts.start(this.#carry)
      this.#carry = {}
      this.#link = link
      this.#provides = link.provides
      this.#error = undefined
      this.parts.onActive(link)
      this.#enter('active')
      void link.gone.then((error) => this.#gone(link, error))
      return link
    } catch (error) {
      throw this.#fail(PluginError.from(error))
    }
  }

  #gone(link: Link, error: PluginError | undefined): void {
    if (this.#link !== link) return
    this.#link = undefined
    if (error) this.#fail(error)
    else this.#enter('stopped')
  }

  #fail(error: PluginError): PluginError {
    this.#stamp(error)
    if (error.origin !== 'caller') this.failures.add(error)
    this.#error = error
    this.parts.log.write({ level: 'error', message: error.message, fields: { code: error.code } })
    this.#enter(this.failures.quarantined ? 'quarantined' : 'failed')
    return error
  }

  #enter(state: SlotState): void {
    if (this.#state === state) return
    this.#state = state
    this.parts.onState(state)
  }

  #stamp(error: PluginError): PluginError {
    const { id, version } = this.parts.manifest
    Object.assign(error, { at: { slot: this.name, plugin: id, version, ...error.at } })
    return error
  }
}
