import { execFile } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { ErrorExample } from '../../src/explain/error-examples.ts'

const binary = fileURLToPath(new URL('../../bin/cardcage.js', import.meta.url))

/** What a command of an example came to. */
export interface Shown {
  readonly code: number
  readonly stdout: string
  /** As an example has it: the folder is `/home/ada`, and a deadline counts from the start of the command. */
  readonly stderr: string
}

/** Run an example with the CLI of this tree, in an empty folder. */
export async function runExample({ files = {}, before, command }: ErrorExample, cwd: string): Promise<Shown> {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(cwd, path)), { recursive: true })
    writeFileSync(join(cwd, path), text)
  }
  for (let i = 0; i < (before?.times ?? 0); i++) await shell(before!.command, cwd)
  const { code, stdout, stderr } = await shell(command, cwd)
  return {
    code,
    stdout,
    stderr: stderr
      .trimEnd()
      .replaceAll(cwd, '/home/ada')
      .replace(/not done after \d+ ms/, 'not done after 2000 ms'),
  }
}

async function shell(command: string, cwd: string): Promise<Shown> {
  const env = { ...process.env, NODE: process.execPath, CLI: binary, NO_COLOR: '1' }
  const script = command.replace(/\bcardcage\b/, '"$NODE" "$CLI"')
  try {
    return { ...(await promisify(execFile)('bash', ['-c', script], { cwd, env })), code: 0 }
  } catch (thrown) {
    return thrown as Shown
  }
}
