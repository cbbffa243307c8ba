import type { CallOptions } from '@cardcage/kernel'
import type { Output } from './output.ts'

/** Shows how far a call is. */
export interface Progress {
  readonly onProgress: NonNullable<CallOptions['onProgress']>
  /** Takes the line away again. */
  end(): void
}

/** One line on the terminal that is rewritten as the call goes on; nothing in a pipe and under `--json`. */
export function createProgress(output: Output, label: string): Progress {
  if (!output.talksToTerminal || output.json) return { onProgress: () => {}, end: () => {} }
  let shown = false
  return {
    onProgress({ done, note }) {
      shown = true
      const share = done === undefined ? '…' : `${bar(done)} ${String(Math.round(done * 100)).padStart(3)} %`
      const text = `${label} ${share}${note === undefined ? '' : ` ${note}`}`
      process.stderr.write(`\r\x1b[2K${text.slice(0, (process.stderr.columns || 80) - 1)}`)
    },
    end() {
      if (shown) process.stderr.write('\r\x1b[2K')
    },
  }
}

function bar(done: number): string {
  const full = Math.round(Math.min(1, Math.max(0, done)) * 20)
  return '━'.repeat(full) + '╌'.repeat(20 - full)
}
