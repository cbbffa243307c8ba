import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { TestContext } from 'node:test'

/** What a run of the CLI came to. */
export interface Ran {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
  /** Stdout as the one JSON document it should be. */
  // oxlint-disable-next-line typescript/no-explicit-any -- a test says by its assertions what the document holds
  readonly document: () => any
}

/** How the CLI is run. */
export interface RunOptions {
  readonly cwd?: string
  readonly stdin?: string | Uint8Array
  readonly env?: Readonly<Record<string, string>>
  /** Told when the process is there. */
  readonly onStart?: (child: ChildProcess) => void
}

const binary = fileURLToPath(new URL('../bin/cardcage.js', import.meta.url))

/** Run the real CLI in a process of its own, to its end. */
export function cardcage(args: readonly string[], { cwd, stdin, env, onStart }: RunOptions = {}): Promise<Ran> {
  const child = spawn(process.execPath, [binary, ...args], { cwd, env: { ...process.env, ...env }, stdio: 'pipe' })
  onStart?.(child)
  child.stdin.on('error', () => {})
  child.stdin.end(stdin)
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  return new Promise((done, failed) => {
    child.on('error', failed)
    child.on('close', (code, signal) => done({ code, signal, stdout, stderr, document: () => JSON.parse(stdout) }))
  })
}

/** A new empty folder that is gone after the test. Its workspace is beside it, so that none of this machine is found. */
export function emptyFolder(t: TestContext): string {
  const around = mkdtempSync(join(tmpdir(), 'cardcage-cli-'))
  t.after(() => rmSync(around, { recursive: true, force: true }))
  mkdirSync(join(around, '.cardcage'))
  mkdirSync(join(around, 'work'))
  return join(around, 'work')
}

/** The workspace that is found from such a folder. */
export function workspaceOf(folder: string): string {
  return join(folder, '..', '.cardcage')
}

/** A data file that is shipped with Cardcage. */
export function exampleFile(name: string): string {
  return fileURLToPath(new URL(`../../../examples/data/${name}`, import.meta.url))
}

/** Folder of the plugins these tests call. */
export const fixturePlugins = fileURLToPath(new URL('fixtures/plugins', import.meta.url))
