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
  /** One more thing the caller should know. */
  warn(message: string): void
  /** Make the answer; its duration and warnings go on until its streams have ended. */
  answer<T>(result: T): Answer<T>
}

/**
 * Call one verb of a provided thing and make its answer. Where `use` fails, the call is ended: its streams want no more.
 *
 * @throws {PluginError} with the slot, plugin, kind and operation it came from
 */
export async function callTarget<T>(
  target: Target,
  verb: string,
  options: CallOptions,
  request: Partial<LinkRequest>,
  use: (called: Called) => Promise<Answer<T>> | Answer<T>,
): Promise<Answer<T>> {
  const { slot, kind, name, provided, isolation } = target
  const began = performance.now()
  const warnings: { message: string; details?: Json }[] = []
  if (provided.experimental) warnings.push({ message: `${name} is experimental: its result may change in any release` })
  let ended: number | undefined
  const sent: LinkRequest = { kind, name, verb, onWarn: (warning) => warnings.push(warning) }
  if (options.timeout !== undefined) sent.timeout = options.timeout
  if (options.signal) sent.signal = options.signal
  if (options.onProgress) sent.onProgress = options.onProgress
  const { result, pid } = await slot.call(Object.assign(sent, request))
  const { id: plugin, version } = slot.parts.manifest
  const duration = () => Math.round(((ended ?? performance.now()) - began) * 1000) / 1000
  const metadata = { slot: slot.name, plugin, version, kind, operation: name, isolation, pid: pid!, duration: result.done ? duration() : 0 }
  if (pid === undefined) delete (metadata as { pid?: number }).pid
  if (!result.done) {
    void result.ended.then(() => (ended = performance.now()))
    Object.defineProperty(metadata, 'duration', { get: duration, enumerable: true })
  }
  try {
    return await use({
      value: result.value,
      result,
      warn: (message) => void warnings.push({ message }),
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
): AsyncGenerator<B, void, undefined> {
  try {
    for await (const value of stream) yield change(value)
    onEnd?.()
  } catch (error) {
    throw stamped(PluginError.from(error), target)
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
