import type { ByteSource } from '@cardcage/plugin'

/** All chunks of a stream as one array. */
export async function gather(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<Uint8Array> {
  return new Uint8Array(Buffer.concat(await Array.fromAsync(chunks)))
}

/** A source that gives bytes in chunks of a size; with `readAt` only where asked for. */
export function sourceOf(bytes: Uint8Array, options: { chunk?: number; readAt?: boolean } = {}): ByteSource {
  const chunk = options.chunk ?? 1000
  return {
    name: 'bytes',
    async *stream(from = 0) {
      for (let at = from; at < bytes.length; at += chunk) yield bytes.subarray(at, at + chunk)
    },
    ...(options.readAt && { size: bytes.length, readAt: async (offset: number, length: number) => bytes.slice(offset, offset + length) }),
  }
}
