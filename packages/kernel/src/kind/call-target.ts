import { type Json, PluginError } from '@cardcage/plugin'
import type { LinkRequest } from '../link/link.ts'
import { cancelled } from '../link/pending-call.ts'
import type { Attempted } from '../policy/breaker.ts'
import { StreamedAnswer } from '../policy/streamed-answer.ts'
import { checkedTimeout } from '../slot/waiting.ts'
import { attempt, type How, stamped, type Target, type Use } from './answer.ts'
import { callKey } from './call-key.ts'
import type { Keep } from './keep.ts'
import type { Answer, CallOptions, Metadata } from './request.ts'

/** What of a policy fits a call. */
export interface Under<T> {
  /** How its results are kept; they are not where this is absent. */
  readonly keep?: Keep<T> | undefined
  /** Can all it was sent be sent again? Default: tables can, streams and bytes that are read only once cannot. */
  readonly again?: () => boolean
}

/**
 * Call one verb of a provided thing and make its answer, under the policy of its slot: cache → retry → breaker → rate → slot (limit, deadline).
 *
 * @throws {PluginError} with the slot, plugin, kind and operation it came from
 */
export function callTarget<T>(
  target: Target,
  verb: string,
  options: CallOptions,
  request: Partial<LinkRequest>,
  use: Use<T>,
  under?: Under<T>,
): Promise<Answer<T>> {
  if (!target.slot.parts.policy.active) return attempt(target, verb, options, request, use)
  return callUnderPolicy(target, verb, options, request, use, under ?? {})
}

async function callUnderPolicy<T>(
  target: Target,
  verb: string,
  options: CallOptions,
  request: Partial<LinkRequest>,
  use: Use<T>,
  { keep, again = () => canBeSentAgain(request) }: Under<T>,
): Promise<Answer<T>> {
  const { slot, kind, name } = target
  const { policy } = slot.parts
  const { results } = policy
  const title = `${kind}.${name}`
  const timeout = checkedTimeout(options.timeout ?? slot.parts.timeout)
  if (options.signal?.aborted) throw cancelled(options.signal, title)
  const run = async (signal: AbortSignal | undefined, deadline: () => number, how: (attempt: number) => How) =>
    await policy.run<Answer<T>>({
      title,
      signal,
      deadline,
      mayRepeat: (error) => isRepeatable(target, error) && again(),
      attempt: (number) => attempted(target, verb, { ...how(number), attempt: number }, request, use),
    })
  const alone = async () => {
    const deadline = Date.now() + timeout
    const { timeout: given, signal, onProgress } = options
    const own = { ...(signal ? { signal } : {}), ...(onProgress ? { onProgress } : {}) }
    return await run(
      signal,
      () => deadline,
      (number) =>
        number === 1
          ? { ...own, ...(given === undefined ? {} : { timeout: given }) }
          : { ...own, timeout: Math.max(1, deadline - Date.now()), whole: given !== undefined },
    )
  }
  if (!results || !keep || results.streams(title) || !again()) return await alone()
  const began = performance.now()
  try {
    return await results.share<Answer<T>>({
      title,
      timeout,
      signal: options.signal,
      onProgress: options.onProgress,
      key: await callKey(target, verb, request),
      make: async ({ signal, deadline, onProgress }) =>
        await run(signal, deadline, () => ({ signal, onProgress, shared: true, timeout: sharedTimeout(target, deadline) })),
      keep({ result, warnings }) {
        const { json, bytes } = keep.pack(result)
        return { text: JSON.stringify({ json, warnings }), bytes, ttl: keep.ttl?.(result) }
      },
      again({ text, bytes }, age) {
        const { json, warnings } = JSON.parse(text) as { json: Json; warnings: Answer<T>['warnings'] }
        return { result: keep.unpack({ json, bytes }), warnings, metadata: cachedMetadata(target, performance.now() - began, age) }
      },
    })
  } catch (error) {
    if (!(error instanceof StreamedAnswer)) throw error
    results.noteStream(title)
    return await alone()
  }
}

/** One attempt; what it fails with says where it came from. */
async function attempted<T>(
  target: Target,
  verb: string,
  how: How,
  request: Partial<LinkRequest>,
  use: Use<T>,
): Promise<Attempted<Answer<T>>> {
  let ended: Promise<void> | undefined
  try {
    const value = await attempt(target, verb, { ...how, onStream: (over) => void (ended = over) }, request, use)
    return { value, ended }
  } catch (error) {
    throw error instanceof StreamedAnswer ? error : stamped(PluginError.from(error), target)
  }
}

/** May a call be made again after such a failure? A call that was killed may have had effects; of handlers the bus decides. */
function isRepeatable({ kind, provided }: Target, { code, retryable }: PluginError): boolean {
  if (!retryable || kind === 'handler') return false
  if (code !== 'timeout' && code !== 'crashed') return true
  return kind === 'analysis' ? provided.deterministic !== false : kind === 'visualization' || kind === 'format'
}

/** Tables can be, and bytes that can be read at any place. */
function canBeSentAgain({ inputs = {} }: Partial<LinkRequest>): boolean {
  return Object.values(inputs).every((input) => (input.as === 'bytes' ? input.source.readAt !== undefined : input.as === 'table'))
}

/**
 * A call that several wait for ends when the last has left: no earlier deadline may end it. Only where the slot will not be tried again before all have left,
 * it is told so, and says why.
 */
function sharedTimeout({ slot }: Target, deadline: () => number): number {
  const left = Math.max(1, deadline() - Date.now())
  return slot.state === 'failed' && slot.failures.wait > left ? left : Number.POSITIVE_INFINITY
}

function cachedMetadata({ slot, kind, name, isolation }: Target, duration: number, age: number): Metadata {
  const { id: plugin, version } = slot.parts.manifest
  return {
    slot: slot.name,
    plugin,
    version,
    kind,
    operation: name,
    isolation,
    duration: Math.round(duration * 1000) / 1000,
    cached: true,
    age,
  }
}
