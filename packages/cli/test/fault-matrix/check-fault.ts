import assert from 'node:assert/strict'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { cardcage, emptyFolder } from '../run-cli.ts'
import type { Fault } from './fault.ts'

/** What scripts rely on, beside the table it is made from. */
export const exits: Readonly<Record<string, number>> = {
  usage: 2,
  'invalid-manifest': 3,
  'invalid-config': 3,
  'invalid-call': 3,
  'invalid-data': 3,
  unsupported: 3,
  'permission-denied': 4,
  'not-found': 5,
  conflict: 6,
  incompatible: 6,
  'rate-limited': 7,
  'limit-exceeded': 7,
  unavailable: 7,
  crashed: 7,
  protocol: 7,
  quarantined: 7,
  timeout: 8,
  internal: 1,
}

const keys = ['code', 'message', 'retryable', 'retryAfter', 'origin', 'hint', 'at', 'details']

/** Where the code of this tree lies: nothing of it is said. */
const ownCode = fileURLToPath(new URL('../../../../packages/', import.meta.url))

/**
 * Fail in that way, as a program sees it: code, exit code, what the message and the hint say, no stack, no secret.
 *
 * @param people see also what people are told: the same in words
 */
export async function checkFault(t: TestContext, fault: Fault, people: boolean): Promise<void> {
  const { what, args, stdin, env = {}, before, code, says, hint, cause } = fault
  const cwd = emptyFolder(t)
  writeFiles(cwd, fault)
  for (let i = 0; i < (before?.times ?? 0); i++) assert.equal((await cardcage(before!.args, { cwd })).code, before!.exit)
  const options = { cwd, env, ...(stdin === undefined ? {} : { stdin }) }
  const { stdout, stderr, code: exit, document } = await cardcage([...args, '--json'], options)
  const { error } = document()
  const shown = `${what}: ${JSON.stringify(error, null, 1)}`
  const secrets = Object.values(env)

  assert.equal(error.code, code, shown)
  assert.equal(exit, exits[code], shown)
  assert.equal(stderr, '', shown)
  for (const value of says) assert.ok(includes(error.message, value), `${shown}\nsays ${String(value)}`)
  assert.match(error.hint, hint, shown)
  assert.notEqual(error.hint, error.message)
  assert.equal(error.details?.cause, cause, shown)
  assert.deepEqual(
    Object.keys(error).filter((key) => !keys.includes(key)),
    [],
  )
  checkSafe(JSON.stringify(JSON.parse(stdout), null, 1), secrets)
  if (!people) return

  const told = await cardcage(args, options)
  assert.equal(told.stdout, '', told.stderr)
  assert.equal(told.code, exits[code], told.stderr)
  assert.ok(told.stderr.startsWith(`error[${code}]: `), told.stderr)
  // Numbers such as bytes in memory differ from run to run.
  const plain = (text: string) => text.replace(/\d+/g, '0').replace(/\s+/g, ' ')
  for (const text of [error.message, error.hint]) assert.ok(plain(told.stderr).includes(plain(text)), `${told.stderr}\nsays ${text}`)
  checkSafe(told.stderr, secrets)
}

/** Nobody sees a stack, the host’s own code, or a secret. */
export function checkSafe(text: string, secrets: readonly string[] = []): void {
  assert.doesNotMatch(text, /(?:\bat |\d+: )[^\n]*:\d+:\d+|stack trace -/, 'no stack')
  assert.ok(!text.includes(ownCode), 'no path of the host’s own code')
  for (const secret of secrets) assert.ok(!text.includes(secret), 'no secret')
}

/** Write the files of a row into a folder. */
export function writeFiles(folder: string, { files = {} }: Pick<Fault, 'files'>): void {
  for (const [path, content] of Object.entries(files)) {
    const file = join(folder, path)
    const isFolder = content === null
    mkdirSync(isFolder ? file : dirname(file), { recursive: true })
    if (isFolder) continue
    if (typeof content === 'object' && 'link' in content) symlinkSync(content.link, file)
    else writeFileSync(file, content)
  }
}

function includes(message: string, value: string | RegExp): boolean {
  return typeof value === 'string' ? message.includes(value) : value.test(message)
}
