import { createHash, type Hash } from 'node:crypto'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { encodeSchema, encodeTable } from '@cardcage/columnar'
import type { LinkInput, LinkRequest } from '../link/link.ts'
import type { Target } from './answer.ts'

/** Bytes that are hashed in one turn of the event loop, a few milliseconds' work. */
const turnBytes = 4 * 1024 * 1024

/**
 * The same for calls that must have the same result: release, config, kind, name, verb, params and arguments (in canonical JSON, defaults filled in), and
 * SHA-256 over schema and Arrow buffers of every input.
 */
export async function callKey(
  { slot, kind, name }: Target,
  verb: string,
  { params, args, inputs = {} }: Partial<LinkRequest>,
): Promise<string> {
  const { id, version } = slot.parts.manifest
  const digests: Record<string, string> = {}
  for (const [input, data] of Object.entries(inputs)) digests[input] = await digestOf(data)
  const text = canonical([id, version, slot.parts.config.config ?? null, kind, name, verb, params ?? null, args ?? null, digests])
  return createHash('sha256').update(text).digest('base64')
}

/** JSON in which the order of keys makes no difference. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )
}

async function digestOf(input: LinkInput): Promise<string> {
  const hash = createHash('sha256')
  if (input.as === 'bytes') for await (const chunk of input.source.stream()) await addBytes(hash, chunk)
  else {
    const schema = encodeSchema(input.schema)
    hash.update(`${schema.length} `).update(schema)
    for await (const table of input.tables) for (const part of encodeTable(table)) await addBytes(hash, part)
  }
  return hash.digest('base64')
}

async function addBytes(hash: Hash, bytes: Uint8Array): Promise<void> {
  for (let from = 0; from < bytes.length; from += turnBytes) {
    if (from > 0) await nextTurn()
    hash.update(bytes.subarray(from, from + turnBytes))
  }
}
