import { readFileSync } from 'node:fs'

/** Milliseconds between two looks. */
const watchEvery = 100

const pageBytes = 4096

/** Look at a process's resident memory and call `over` when it is more than `limit` bytes. Returns the undo. */
export function watchMemory(pid: number, limit: number, over: (bytes: number) => void): () => void {
  const path = `/proc/${pid}/statm`
  const timer = setInterval(() => {
    try {
      const bytes = Number(readFileSync(path, 'utf8').split(' ')[1]) * pageBytes
      if (bytes > limit) over(bytes)
    } catch {
      clearInterval(timer)
    }
  }, watchEvery)
  timer.unref()
  return () => clearInterval(timer)
}
