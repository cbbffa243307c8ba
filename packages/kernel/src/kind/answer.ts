import { type Json, type Kind, PluginError } from '@cardcage/plugin'
import type { Answer, CallOptions } from './request.ts'
import type { LinkRequest, LinkResult } from '../link/link.ts'
import type { IsolationLevel } from '../manifest/manifest.ts'
import type { Provided } from '../manifest/provides.ts'
import { errorAt } from '../slot/error-at.ts'
import type { Slot } from '../slot/slot.ts'

/** What a call of one provided thing is made on. */
export interface Target {
  readonly slot: Slot
  readonly kind: Kind
  readonly name: string
  readonly provided: Provided
  readonly isolation: IsolationLevel
}

/** A call that has its result: the value, its streams, and what an answer is made of. */
export interface Called {
  readonly value: Json
  readonly result: LinkResult
  /** Is the answer for several callers, so that it cannot be a stream? */
  readonly shared: boolean
  /** One more thing the caller should know. */
  warn(message: string): void
  /** The items of a stream of the answer, changed; what it throws says where it came from. */
  each<A, B>(stream: AsyncIterable<A>, change: (value: A) => B, onEnd?: () => void): AsyncGenerator<B, void, undefined>
  /** Make the answer; its duration and warnings go on until its streams have ended. */
  answer<T>(result: T): Answer<T>
}

/** How one attempt is made, beside what the caller says. */
export interface How extends CallOptions {
  /** The timeout is for everything, streams included. Default: where one is given. */
  readonly whole?: boolean
  /** Which one it is, from 1. */
  readonly attempt?: number
  readonly shared?: boolean
  /** The answer has a stream: resolves when it is over, rejects with what it failed with. */
  readonly onStream?: (ended: Promise<void>) => void
}

/** What makes an answer of a call. Where it throws, the call is ended: its streams want no more. */
export type Use<T> = (called: Called) => Promise<Answer<T>> | Answer<T>

/** Call one verb of a provided thing once, and make its answer. */
export async function attempt<T>(target: Target, verb: string, how: How, request: Partial<LinkRequest>, use: Use<T>): Promise<Answer<T>> {
  const { slot, kind, name, provided, isolation } = target
  const began = performance.now()
  const warnings: { message: string; details?: Json }[] = []
  if (provided.experimental) warnings.push({ message: `${name} is experimental: its result may change in any release` })
  let ended: number | undefined
  const { concealed } = slot.parts
  const onWarn = ({ message, details }: { readonly message: string; readonly details?: Json }) =>
    warnings.push({ message: concealed.text(message), ...(details === undefined ? {} : { details: concealed.json(details) }) })
  const sent: LinkRequest = { kind, name, verb, onWarn }
  if (how.timeout !== undefined) sent.timeout = how.timeout
  if (how.whole !== undefined) sent.whole = how.whole
  if (how.signal) sent.signal = how.signal
  const { onProgress } = how
  if (onProgress)
    sent.onProgress = (progress) =>
      onProgress(progress.note === undefined ? progress : { ...progress, note: concealed.text(progress.note) })
  const { result, pid } = await slot.call(Object.assign(sent, request))
  const { id: plugin, version } = slot.parts.manifest
  const duration = () => Math.round(((ended ?? performance.now()) - began) * 1000) / 1000
  const metadata = { slot: slot.name, plugin, version, kind, operation: name, isolation, pid: pid!, duration: result.done ? duration() : 0 }
  if (pid === undefined) delete (metadata as { pid?: number }).pid
  if (how.attempt !== undefined && how.attempt > 1) Object.assign(metadata, { attempts: how.attempt })
  if (!result.done) {
    void result.ended.then(() => (ended = performance.now()))
    Object.defineProperty(metadata, 'duration', { get: duration, enumerable: true })
  }
  try {
    return await use({
      value: result.value,
      result,
      shared: how.shared === true,
      warn: (message) => void warnings.push({ message }),
      each(stream, change, onEnd) {
        if (!how.onStream) return eachAt(target, stream, change, onEnd)
        const over = Promise.withResolvers<void>()
        over.promise.catch(() => undefined)
        how.onStream(over.promise)
        return eachAt(target, stream, change, onEnd, (error) => (error ? over.reject(error) : over.resolve()))
      },
      answer: (value) => ({ result: value, warnings, metadata }),
    })
  } catch (error) {
    result.close()
    throw error
  }
}

/** Run something for a target; what it throws says where it came from. */
export async function at<T>(target: Target, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw stamped(PluginError.from(error), target)
  }
}

/** The items of a stream of a target, changed; what it throws says where it came from. */
export async function* eachAt<A, B>(
  target: Target,
  stream: AsyncIterable<A>,
  change: (value: A) => B,
  onEnd?: () => void,
  onOver?: (error?: Error) => void,
): AsyncGenerator<B, void, undefined> {
  let failure: PluginError | undefined
  try {
    for await (const value of stream) yield change(value)
    onEnd?.()
  } catch (error) {
    failure = stamped(PluginError.from(error), target)
    throw failure
  } finally {
    onOver?.(failure)
  }
}

/** The error with the kind and operation it came from. */
export function stamped(error: PluginError, { slot, kind, name }: Target): PluginError {
  const { id, version } = slot.parts.manifest
  return errorAt(slot.parts.concealed.error(error), { slot: slot.name, plugin: id, version, kind, operation: name })
}

/** A JSON object a plugin sent. @throws {PluginError} `invalid-data` where it sent something else */
export function expectObject(value: Json, what: string): Readonly<Record<string, Json>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Readonly<Record<string, Json>>
  throw new PluginError('invalid-data', `The plugin returned something else than promised: ${what}`, { origin: 'plugin' })
}

/** The number of a stream in a result. */
export function expectChannel(value: Json | undefined): number {
  if (typeof value === 'number') return value
  throw new PluginError('invalid-data', 'The plugin returned something else than promised: a stream without its channel', {
    origin: 'plugin',
  })
}
