import { type Json, PluginError } from '@cardcage/plugin'
import type { SlotConfig, SlotState } from './slot-info.ts'
import type { Link, LinkRequest, LinkResult } from '../link/link.ts'
import type { Manifest } from '../manifest/manifest.ts'
import type { ProvidedByKind } from '../manifest/provides.ts'
import type { Log } from '../observe/log.ts'
import { createLimit, type Limit } from '../policy/limit.ts'
import type { CallPolicy } from '../policy/call-policy.ts'
import { pause } from '../policy/pause.ts'
import type { Concealed } from './concealed.ts'
import { errorAt } from './error-at.ts'
import { Failures } from './failures.ts'
import { Growth } from './growth.ts'
import { type Change, changeError, type History } from './history.ts'
import { type Instance, Instances } from './instances.ts'
import { RunningCalls } from './running-calls.ts'
import type { SlotStore } from './store.ts'
import { checkedTimeout, startWaiting } from './waiting.ts'

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
  /** Retry, breaker, rate and cache around its calls. */
  readonly policy: CallPolicy
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
  readonly history: History
  /** What it has to do without, as far as that is known before it starts. */
  readonly degraded: readonly string[]
  /** Calls of each instance at once, by what it provides. */
  concurrency(provides: ProvidedByKind | undefined): number
  /** What was learnt of the same files at another time. Reads them. */
  recall(): Promise<ProvidedByKind | undefined>
  /** Start an instance; ends it again where the signal aborts. */
  start(carry: Readonly<Record<string, Json>>, signal: AbortSignal): Promise<Started>
  /** Start what it depends on. Returns why optional ones are not there. */
  startDependencies(signal: AbortSignal): Promise<readonly string[]>
  /** Its state has changed, or a failure was forgotten. */
  onChange(change: Change, before: SlotState): void
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
  readonly #instances: Instances
  readonly #growth: Growth
  #starting: { readonly promise: Promise<Instance>; readonly controller: AbortController } | undefined
  #stopping: Promise<void> | undefined
  #shut = false
  #without: readonly string[] = []
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
    this.#instances = new Instances(parts.config.instances ?? 1)
    this.#growth = new Growth(
      (signal) => this.#grow(signal),
      (error) => this.#noMore(error),
    )
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

  /** Of the running processes. */
  get pids(): readonly number[] {
    return this.#instances.all.flatMap(({ link }) => link.pid ?? [])
  }

  /** What it provides, if that is known without starting it. */
  get provides(): ProvidedByKind | undefined {
    return this.#provides
  }

  /** What it has to do without, for people. */
  get degraded(): readonly string[] {
    return [...this.parts.degraded, ...this.#without]
  }

  /** The links of the running instances. */
  get links(): readonly Link[] {
    return this.#instances.all.map(({ link }) => link)
  }

  /** What it provides; starts it where that is the only way to know. Does not wait for a slot that has just failed. @throws what it failed with */
  async learn(): Promise<ProvidedByKind> {
    this.#provides ??= await this.parts.recall()
    if (this.#provides) return this.#provides
    if (this.failures.wait > 0 && this.#error) throw this.#error
    await this.active('to learn what it provides')
    return this.#provides!
  }

  /** An active instance, started where there is none. @param cause why it is wanted. @throws `quarantined`, or what the start failed with */
  async active(cause: string): Promise<Instance> {
    while (this.#stopping) await this.#stopping
    const running = this.#instances.leastBusy() ?? this.#instances.first
    if (running) return running
    if (this.#shut) throw this.#place(new PluginError('unavailable', `${this.name} is not started: the kernel is stopping`))
    if (this.failures.quarantined) throw this.#place(this.failures.error())
    return await (this.#starting ??= this.#begin(cause)).promise
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
    const limit = (this.#limit ??= createLimit(this.#each * this.#instances.most, this.parts.config.policy?.queue))
    const instance = this.#stopping ? undefined : this.#instances.leastBusy()
    const give = instance && this.#isEnough(limit.taken + 1) ? limit.takeNow(1) : undefined
    return instance && give ? this.#send(instance, request, timeout, give) : this.#callLater(request, limit, timeout)
  }

  /** Calls of one instance at once. */
  get #each(): number {
    return this.parts.concurrency(this.#provides)
  }

  /** Is there no reason to start another instance for so many calls? */
  #isEnough(calls: number): boolean {
    const { most, all } = this.#instances
    return all.length >= most || all.length * this.#each >= calls || !this.#growth.isDue
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
        const cause = `the call ${request.kind}.${request.name}`
        let ready = await waiting.for(this.#readyWithin(deadline, limit.taken, cause))
        // It may have been stopped the moment it was ready.
        while (this.#stopping && !this.#instances.all.includes(ready))
          ready = await waiting.for(this.#readyWithin(deadline, limit.taken, cause))
        // Others that waited for the same one may have been first.
        const instance = this.#instances.leastBusy() ?? ready
        return await this.#send(instance, request, Math.max(1, Math.ceil(deadline - performance.now())), give)
      } catch (error) {
        give()
        throw error
      }
    } finally {
      waiting.end()
    }
  }

  async #send(
    instance: Instance,
    request: LinkRequest,
    timeout: number,
    give: () => void,
  ): Promise<{ result: LinkResult; pid: number | undefined }> {
    const end = this.#running.begin()
    const { link } = instance
    instance.calls++
    const over = () => {
      instance.calls--
      end()
      give()
    }
    try {
      request.whole ??= request.timeout !== undefined
      if (request.timeout !== undefined) request.asked ??= request.timeout
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

  /** An active instance with no call over its deadline, or why there is none in time. */
  async #readyWithin(deadline: number, calls: number, cause: string): Promise<Instance> {
    if (!this.#instances.leastBusy()) await this.#instances.late()
    const ready = (this.#stopping ? undefined : this.#instances.leastBusy()) ?? (await this.#activeWithin(deadline, cause))
    for (let grown = true; grown && this.#instances.first && !this.#stopping && !this.#isEnough(calls);) grown = await this.#growth.more()
    return this.#instances.leastBusy() ?? ready
  }

  /** An active instance, or why there is none in time: the slot has failed and waits longer than that. */
  async #activeWithin(deadline: number, cause: string): Promise<Instance> {
    const { wait } = this.failures
    if (!this.#instances.first && wait > deadline - performance.now() && !this.failures.quarantined) {
      throw new PluginError(
        'unavailable',
        `${this.name} failed (${this.#error?.message ?? 'unknown'}) and is tried again in ${Math.ceil(wait)} ms`,
        {
          retryAfter: Math.ceil(wait),
        },
      )
    }
    return await this.active(cause)
  }

  /** One more instance beside those that run, all of which are busy. */
  async #grow(signal: AbortSignal): Promise<void> {
    const { link } = await this.parts.start({}, signal)
    if (this.#stopping || this.#shut) await link.stop(stopGrace)
    else this.#watch(this.#instances.add(link))
  }

  #noMore(error: PluginError): void {
    this.parts.log.write({ level: 'warn', message: `${this.name} has one instance less than it may: ${this.#place(error).message}` })
  }

  /** Ends a quarantine or a failure: the next call starts it again. */
  release(): void {
    const before = this.#state
    this.failures.clear()
    this.parts.policy.reset()
    this.#error = undefined
    if (before !== 'quarantined' && before !== 'failed') return
    this.#tell('released', 'somebody released it')
    this.#enter('stopped', 'released')
  }

  /** Start nothing any more. */
  shut(): void {
    this.#shut = true
    this.parts.policy.close()
  }

  /** Resolves when no call runs any more, or after `within` milliseconds. */
  drain(within: number): Promise<void> {
    return this.#running.drain(within)
  }

  /**
   * Stop the instance: calls that run may end within `drain` milliseconds, its cleanup has `grace`. What it hands over goes to the next; calls that come
   * meanwhile wait for that one.
   */
  stop(cause: string, drain = drainGrace, grace = stopGrace): Promise<void> {
    return (this.#stopping ??= this.#stop(cause, drain, grace).finally(() => (this.#stopping = undefined)))
  }

  async #stop(cause: string, drain: number, grace: number): Promise<void> {
    const reason = new PluginError('unavailable', `${this.name} was stopped while it started`)
    await this.#growth.stop(reason)
    if (this.#starting) {
      this.#starting.controller.abort(reason)
      await this.#starting.promise.catch(() => undefined)
    }
    const [first, ...others] = this.#instances.empty()
    if (!first) return
    this.#enter('stopping', cause)
    await this.drain(drain)
    const [carry] = await Promise.all([first, ...others].map(({ link }) => link.stop(grace)))
    this.#carry = carry!
    this.#enter('stopped', cause)
  }

  #begin(cause: string): { promise: Promise<Instance>; controller: AbortController } {
    const controller = new AbortController()
    const promise = this.#start(cause, controller.signal).finally(() => (this.#starting = undefined))
    promise.catch(() => undefined)
    return { promise, controller }
  }

  async #start(cause: string, signal: AbortSignal): Promise<Instance> {
    let before: SlotState | undefined
    try {
      if (this.failures.wait > 0) await pause(this.failures.wait, signal, ({ reason }) => reason as PluginError)
      before = this.#state
      this.#enter('starting', cause)
      this.#without = await this.parts.startDependencies(signal)
      signal.throwIfAborted()
      const { link, provides } = await this.parts.start(this.#carry, signal)
      this.#carry = {}
      this.#provides = provides
      this.#error = undefined
      const instance = this.#instances.add(link)
      this.#enter('active', cause, link.pid === undefined ? {} : { pid: link.pid })
      this.#watch(instance)
      return instance
    } catch (error) {
      if (!signal.aborted) throw this.#fail(PluginError.from(error))
      const reason = this.#place(PluginError.from(signal.reason))
      if (before) this.#enter(before, reason.message)
      throw reason
    }
  }

  #watch(instance: Instance): void {
    void instance.link.gone.then((error) => {
      if (!this.#instances.remove(instance)) return
      if (error) this.#fail(error)
      else if (!this.#instances.first) this.#enter('stopped', 'it ended by itself')
    })
  }

  #fail(failure: PluginError): PluginError {
    const error = this.#place(failure)
    if (error.origin !== 'caller' && error.at['slot'] === this.name) this.failures.add(error)
    this.parts.log.write({ level: 'error', message: error.message, fields: { code: error.code } })
    // While others of its instances run, one that fails is no more than a line in the log; until it is one too many.
    if (this.#instances.first && !this.failures.quarantined) return error
    this.#error = error
    for (const { link } of this.#instances.empty()) void link.stop(stopGrace)
    this.#enter(this.failures.quarantined ? 'quarantined' : 'failed', error.message, { error: changeError(error) })
    return error
  }

  #enter(state: SlotState, cause: string, more: Pick<Change, 'error' | 'pid'> = {}): void {
    if (this.#state === state) return
    const before = this.#state
    this.#state = state
    this.#tell(state, cause, more, before)
  }

  #tell(state: Change['state'], cause: string, more: Pick<Change, 'error' | 'pid'> = {}, before = this.#state): void {
    const change = { time: new Date().toISOString(), state, cause, ...more }
    this.parts.history.add(change)
    this.parts.onChange(change, before)
  }

  /** The error as its own, without secrets, with the slot it came from. */
  #place(error: PluginError): PluginError {
    const { id, version } = this.parts.manifest
    return errorAt(this.parts.concealed.error(error), { slot: this.name, plugin: id, version })
  }
}
