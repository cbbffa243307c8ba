/** How the command was asked to end before its time. */
export interface Interrupt {
  readonly signal: AbortSignal
  /** Exit code of the signal that came: 130 or 143; 0 where the reader of the output went away; `undefined` if none came. */
  readonly exit: () => number | undefined
}

/** A launcher may hand on the Ctrl-C that the terminal has already sent; only a later one is a second wish. */
const sameWish = 500

/**
 * Listen to SIGINT, SIGTERM and a closed stdout. The first aborts the signal, so that the running call is cancelled and the plugins are stopped
 * in order; a second Ctrl-C ends the process at once, and the plugins' processes with it.
 */
export function listenForInterrupt(): Interrupt {
  const controller = new AbortController()
  let exit: number | undefined
  let since = 0
  const abort = (code: number, why: string) => {
    if (exit === undefined) {
      exit = code
      since = performance.now()
      controller.abort(new DOMException(why, 'AbortError'))
    } else if (code === 130 && performance.now() - since > sameWish) process.exit(code)
  }
  process.on('SIGINT', () => abort(130, 'Cancelled by Ctrl-C.'))
  process.on('SIGTERM', () => abort(143, 'Cancelled by SIGTERM.'))
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error
      if (stream === process.stdout) abort(0, 'Nobody reads the output any more.')
    })
  }
  return { signal: controller.signal, exit: () => exit }
}
