import { execFile, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

/** Two processes in C that send a message to and fro. */
export interface CEcho {
  /** Microseconds of each of `count` round trips. */
  roundTrips(count: number, bytes: number): Promise<readonly number[]>
  close(): void
}

/** Compile the floor in C; without a compiler, why there is none. */
export function compileCEcho(): CEcho | string {
  const folder = mkdtempSync(join(tmpdir(), 'cardcage-bench-'))
  const program = join(folder, 'echo')
  const source = fileURLToPath(new URL('./echo.c', import.meta.url))
  const { error, status, stderr } = spawnSync('gcc', ['-O2', '-o', program, source], { encoding: 'utf8' })
  if (error || status !== 0) {
    rmSync(folder, { recursive: true })
    return error ? 'no gcc on this machine' : `gcc failed: ${stderr.split('\n')[0]}`
  }
  return {
    async roundTrips(count, bytes) {
      const { stdout } = await promisify(execFile)(program, [String(count), String(bytes)], { maxBuffer: 2 ** 26 })
      return stdout.trim().split('\n').map((nanoseconds) => Number(nanoseconds) / 1000)
    },
    close: () => rmSync(folder, { recursive: true }),
  }
}
