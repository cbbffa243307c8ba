import { type Json, PluginError } from '@cardcage/plugin'
import { maxFrameBytes } from '../wire/frame.ts'
import type { LinkInput, LinkRequest } from './link.ts'

/**
 * The payload of `call`. Inputs that are tables are streams on the channels 1, 2 …, in order; bytes are asked for.
 *
 * @throws {PluginError} `limit-exceeded` where params and arguments are too large
 */
export function callMessage({ kind, name, verb, params, args, timeout, whole, correlation, inputs }: LinkRequest): string {
  const announced = inputs
    ? Object.fromEntries(Object.entries(inputs).map(([input, one], index) => [input, announce(one, index + 1)]))
    : undefined
  const remaining = timeout !== undefined && Number.isFinite(timeout) ? timeout : undefined
  const text = JSON.stringify({ kind, name, verb, params, args, inputs: announced, remaining, whole, correlation })
  if (text.length <= maxFrameBytes / 3 || Buffer.byteLength(text) <= maxFrameBytes) return text
  throw new PluginError(
    'limit-exceeded',
    `The params take ${Buffer.byteLength(text)} bytes as JSON; at most ${maxFrameBytes} are carried`,
    {
      origin: 'caller',
      hint: 'Give data as an input.',
    },
  )
}

function announce(input: LinkInput, channel: number): Json {
  if (input.as !== 'bytes') return { as: input.as, channel, ...(input.found ? { found: input.found as Json } : {}) }
  const { name, size, readAt } = input.source
  return { as: 'bytes', name, ...(size === undefined ? {} : { size }), readAt: readAt !== undefined }
}
