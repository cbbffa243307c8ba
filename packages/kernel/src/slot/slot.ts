import { type Json, PluginError } from '@cardcage/plugin'
import type { SlotConfig, SlotState } from './slot-info.ts'
import type { Link, LinkRequest, LinkResult } from '../link/link.ts'
import type { Manifest } from '../manifest/manifest.ts'
import type { ProvidedByKind } from '../manifest/provides.ts'
import type { Log } from '../observe/log.ts'
import { createLimit, type Limit } from '../policy/limit.ts'
import type { Concealed } from './concealed.ts'
import { errorAt } from './error-at.ts'
import { Failures } from './failures.ts'
import { RunningCalls } from './running-calls.ts'
import type { SlotStore } from './store.ts'
import { checkedTimeout, pause, startWaiting } from './waiting.ts'

/** Milliseconds the calls that run have to end before their instance is stopped. */
const drainGrace = 2000

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
  /** Masks the secrets of the config. */
  readonly concealed: Concealed
  /** Place among the slots the config names, from 0; `Infinity` for the others. */
  readonly rank: number
  /** Does its plugin come with the host? */
  readonly builtIn: boolean
  /** What it provides, as far as it is known without running it. */
  readonly known: ProvidedByKind | undefined
  /** Default deadline of a call in milliseconds. */
  readonly timeout: number
  /** Calls at once, by what it provides. */
  concurrency(provides: ProvidedByKind | undefined): number
  /** What was learnt of the same files at another time. Reads them. */
  recall(): Promise<ProvidedByKind | undefined>
  /** Start an instance; ends it again where the signal aborts. */
  start(carry: Readonly<Record<string, Json>>, signal: AbortSignal): Promise<Started>
  /** Start what it depends on. */
  startDependencies(signal: AbortSignal): Promise<void>
  /** Its state has changed. */
  onState(state: SlotState): void
}

/** An instance that is ready, and what it provides. */
export interface Started {
  readonly link: Link
  readonly provides: ProvidedByKind
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
  #limit: Limit | undefined
  #state: SlotState = 'stopped'
  #error: PluginError | undefined
  #link: Link | undefined
  #starting: { readonly promise: Promise<Link>; readonly controller: AbortController } | undefined
  #stopping: Promise<void> | undefined
  #shut = false
  #carry: Readonly<Record<string, Json>> = {}
  #provides: ProvidedByKind | undefined
  readonly #running = new RunningCalls()
  calls = 0
  failed = 0

  constructor(parts: SlotParts) {
    this.name = parts.name
    this.parts = parts
    this.failures = new Failures(parts.store, parts.name, parts.log)
    this.#provides = parts.known
    if (this.failures.quarantined) {
      this.#state = 'quarantined'
      this.#error = this.#place(this.failures.error())
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

  /** What it provides; starts it where that is the only way to know. Does not wait for a slot that has just failed. @throws what it failed with */
  async learn(): Promise<ProvidedByKind> {
    this.#provides ??= await this.parts.recall()
    if (this.#provides) return this.#provides
    if (this.failures.wait > 0 && this.#error) throw this.#error
    await this.active()
    return this.#provides!
  }

  /** The active instance, started where there is none. @throws `quarantined`, or what the start failed with */
  async active(): Promise<Link> {
    while (this.#stopping) await this.#stopping
    if (this.#link) return this.#link
    if (this.#shut) throw this.#place(new PluginError('unavailable', `${this.name} is not started: the kernel is stopping`))
    if (this.failures.quarantined) throw this.#place(this.failures.error())
    return await (this.#starting ??= this.#begin()).promise
  }

  /** One call; waits for its turn and for the instance. The process that answers is given with the result. */
  async call(request: LinkRequest): Promise<{ result: LinkResult; pid: number | undefined }> {
    this.calls++
    try {
      return await this.#call(request)
    } catch (error) {
      this.failed++
      throw this.#place(PluginError.from(error))
    }
  }

  #call(request: LinkRequest): Promise<{ result: LinkResult; pid: number | undefined }> {
    const timeout = checkedTimeout(request.timeout ?? this.parts.timeout)
    const limit = (this.#limit ??= createLimit(this.parts.concurrency(this.#provides)))
    const link = this.#link
    const isReady = link !== undefined && !this.#stopping && !link.late()
    const give = isReady ? limit.takeNow(1) : undefined
    return link && give ? this.#send(link, request, timeout, give) : this.#callLater(request, limit, timeout)
  }

  /** A call that has to wait: for its turn, for an instance, or for one that lets go of a call. */
  async #callLater(request: LinkRequest, limit: Limit, timeout: number): Promise<{ result: LinkResult; pid: number | undefined }> {
    const deadline = performance.now() + timeout
    let late = () =>
      new PluginError('timeout', `${this.name} had no turn for the call within ${timeout} ms: others were before it`, {
        details: { cause: 'deadline' },
      })
    const waiting = startWaiting(timeout, request.signal, () => late())
    try {
      const give = await limit.take(1, waiting.signal)
      try {
        late = () => new PluginError('timeout', `${this.name} was not started after ${timeout} ms`, { details: { cause: 'start' } })
        const link = await waiting.for(this.#readyWithin(deadline))
        return await this.#send(link, request, Math.max(1, Math.ceil(deadline - performance.now())), give)
      } catch (error) {
        give()
        throw error
      }
    } finally {
      waiting.end()
    }
  }

  async #send(
    link: Link,
    request: LinkRequest,
    timeout: number,
    give: () => void,
  ): Promise<{ result: LinkResult; pid: number | undefined }> {
    const end = this.#running.begin()
    const over = () => {
      end()
      give()
    }
    try {
      request.whole = request.timeout !== undefined
      request.timeout = timeout
      const result = await link.call(request)
      if (result.done) over()
      else void result.ended.then(over)
      if (this.failures.count > 0) this.failures.clear()
      return { result, pid: link.pid }
    } catch (error) {
      over()
      throw error
    }
  }

  /** The active instance with no call over its deadline, or why there is none in time. */
  async #readyWithin(deadline: number): Promise<Link> {
    if (this.#link?.late()) await this.#link.late()
    if (this.#link && !this.#stopping) return this.#link
    const { wait } = this.failures
    if (!this.#link && wait > deadline - performance.now() && !this.failures.quarantined) {
      throw new PluginError(
        'unavailable',
        `${this.name} failed (${this.#error?.message ?? 'unknown'}) and is tried again in ${Math.ceil(wait)} ms`,
        {
          retryAfter: Math.ceil(wait),
        },
      )
    }
    return await this.active()
  }

  /** Ends a quarantine or a failure: the next call starts it again. */
  release(): void {
    this.failures.clear()
    this.#error = undefined
    if (this.#state === 'quarantined' || this.#state === 'failed') this.#enter('stopped')
  }

  /** Start nothing any more. */
  shut(): void {
    this.#shut = true
  }

  /** Resolves when no call runs any more, or after `within` milliseconds. */
  drain(within: number): Promise<void> {
    return this.#running.drain(within)
  }

  /**
   * Stop the instance: calls that run may end within `drain` milliseconds, its cleanup has `grace`. What it hands over goes to the next; calls that come
   * meanwhile wait for that one.
   */
  stop(drain = drainGrace, grace = stopGrace): Promise<void> {
    return (this.#stopping ??= this.#stop(drain, grace).finally(() => (this.#stopping = undefined)))
  }

  async #stop(drain: number, grace: number): Promise<void> {
    if (this.#starting) {
      this.#starting.controller.abort(new PluginError('unavailable', `${this.name} was stopped while it started`))
      await this.#starting.promise.catch(() => undefined)
    }
    const link = this.#link
    if (!link) return
    this.#enter('stopping')
    this.#link = undefined
    await this.drain(drain)
    this.#carry = await link.stop(grace)
    this.#enter('stopped')
  }

  #begin(): { promise: Promise<Link>; controller: AbortController } {
    const controller = new AbortController()
    const promise = this.#start(controller.signal).finally(() => (this.#starting = undefined))
    promise.catch(() => undefined)
    return { promise, controller }
  }

  async #start(signal: AbortSignal): Promise<Link> {
    const before = this.#state
    try {
      if (this.failures.wait > 0) await pause(this.failures.wait, signal)
      this.#enter('starting')
      await this.parts.startDependencies(signal)
      signal.throwIfAborted()
      const { link, provides } = await this.parts.start(this.#carry, signal)
      this.#carry = {}
      this.#link = link
      this.#provides = provides
      this.#error = undefined
      this.#enter('active')
      void link.gone.then((error) => this.#gone(link, error))
      return link
    } catch (error) {
      if (!signal.aborted) throw this.#fail(PluginError.from(error))
      this.#enter(before)
      throw this.#place(PluginError.from(signal.reason))
    }
  }

  #gone(link: Link, error: PluginError | undefined): void {
    if (this.#link !== link) return
    this.#link = undefined
    if (error) this.#fail(error)
    else this.#enter('stopped')
  }

  #fail(failure: PluginError): PluginError {
    const error = this.#place(failure)
    if (error.origin !== 'caller' && error.at['slot'] === this.name) this.failures.add(error)
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

  /** The error as its own, without secrets, with the slot it came from. */
  #place(error: PluginError): PluginError {
    const { id, version } = this.parts.manifest
    return errorAt(this.parts.concealed.error(error), { slot: this.name, plugin: id, version })
  }
}
