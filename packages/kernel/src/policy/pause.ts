/** Longest time a timer can be set to in milliseconds, about 24 days. */
export const longestTimer = 0x7fffffff

/** Resolve after so many milliseconds, or when `enough` aborts; reject with what `taken` makes of it when the signal does. */
export async function pause(
  milliseconds: number,
  signal: AbortSignal | undefined,
  taken: (signal: AbortSignal) => Error,
  enough?: AbortSignal,
): Promise<void> {
  if (signal?.aborted) throw taken(signal)
  if (milliseconds <= 0 || enough?.aborted) return
  await new Promise<void>((resolve, reject) => {
    const end = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', abort)
      enough?.removeEventListener('abort', end)
      resolve()
    }
    const abort = () => {
      reject(taken(signal!))
      end()
    }
    const timer = setTimeout(end, Math.min(milliseconds, longestTimer))
    signal?.addEventListener('abort', abort, { once: true })
    enough?.addEventListener('abort', end, { once: true })
  })
}
