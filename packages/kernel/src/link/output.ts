import { stripVTControlCharacters } from 'node:util'
import type { Readable } from 'node:stream'

/** Longest line that is kept whole, in characters. */
const maxLine = 4096

/** Bytes a plugin may write to stdout or stderr in a second before it is made to wait. */
const bytesPerSecond = 1024 * 1024

/**
 * Read what a process writes, line by line, cleaned of control characters. A process that writes faster than it may is not read meanwhile: it waits, the host does not.
 */
export function readLines(stream: Readable, onLine: (line: string) => void): void {
  let rest = ''
  let budget = bytesPerSecond
  let timer: NodeJS.Timeout | undefined
  const emit = (line: string) => {
    // oxlint-disable-next-line no-control-regex -- control characters are what is removed
    const clean = stripVTControlCharacters(line).replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '')
    if (clean !== '') onLine(clean.length > maxLine ? `${clean.slice(0, maxLine)} … (${clean.length - maxLine} more characters)` : clean)
  }
  stream.setEncoding('utf8')
  stream.on('data', (chunk: string) => {
    budget -= chunk.length
    const lines = (rest + chunk).split('\n')
    rest = lines.pop()!
    if (rest.length > maxLine * 2) {
      lines.push(rest)
      rest = ''
    }
    for (const line of lines) emit(line)
    if (budget <= 0 && !timer) {
      stream.pause()
      timer = setTimeout(() => {
        budget = bytesPerSecond
        timer = undefined
        stream.resume()
      }, 1000)
      timer.unref()
    }
  })
  stream.on('end', () => emit(rest))
  stream.on('error', () => undefined)
}
