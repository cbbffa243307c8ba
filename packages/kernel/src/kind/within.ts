import { PluginError } from '@cardcage/plugin'
import { checkedTimeout, startWaiting } from '../slot/waiting.ts'
import type { CallOptions } from './request.ts'

/** Wait for what an address means, where a plugin has to be asked: no longer than the caller waits for the call. */
export async function within<T>(
  { timeout, signal }: Pick<CallOptions, 'timeout' | 'signal'>,
  address: string,
  found: Promise<T>,
): Promise<T> {
  if (timeout === undefined && !signal) return await found
  const late = () =>
    new PluginError('timeout', `No plugin had said within ${timeout} ms that it provides ${address}`, { details: { cause: 'start' } })
  const waiting = startWaiting(timeout === undefined ? Number.POSITIVE_INFINITY : checkedTimeout(timeout), signal, late)
  try {
    return await waiting.for(found)
  } finally {
    waiting.end()
  }
}
