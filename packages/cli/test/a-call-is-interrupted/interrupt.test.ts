import assert from 'node:assert/strict'
import type { ChildProcess } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { cardcage, emptyFolder, fixturePlugins, workspaceOf } from '../run-cli.ts'

/** Sends the signal when the plugin has said that it runs, and remembers its process. */
function onceItRuns(child: ChildProcess, signal: NodeJS.Signals, running: { pid?: number }): void {
  let said = ''
  child.stderr!.on('data', (chunk: Buffer | string) => {
    said += String(chunk)
    const pid = /"pid":(\d+)/.exec(said)?.[1]
    if (pid === undefined || running.pid !== undefined) return
    running.pid = Number(pid)
    child.kill(signal)
  })
}

/** Gone, or a zombie that nobody has collected. */
function hasEnded(pid: number): boolean {
  if (!existsSync(`/proc/${pid}/stat`)) return true
  return readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .startsWith('Z')
}

for (const [signal, exit] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  test(`${signal} during a call: the plugin is told, its process is gone, exit code ${exit}`, async (t) => {
    const cwd = emptyFolder(t)
    const running: { pid?: number } = {}
    const { code, document } = await cardcage(
      ['plugin', 'call', '--plugins', fixturePlugins, 'trouble.analysis.wait', '--json', '--verbose'],
      {
        cwd,
        onStart: (child) => onceItRuns(child, signal, running),
      },
    )
    assert.equal(code, exit)
    assert.equal(document().error.code, 'cancelled')
    assert.ok(running.pid !== undefined && hasEnded(running.pid))
    assert.equal(readFileSync(join(workspaceOf(cwd), 'data', 'trouble', 'aborted'), 'utf8'), 'yes')
  })
}

test('Ctrl-C ends a plugin that does not listen', async (t) => {
  const running: { pid?: number } = {}
  const { code } = await cardcage(['plugin', 'call', '--plugins', fixturePlugins, 'trouble.analysis.hang', '--verbose'], {
    cwd: emptyFolder(t),
    onStart: (child) => onceItRuns(child, 'SIGINT', running),
  })
  assert.equal(code, 130)
  assert.ok(running.pid !== undefined && hasEnded(running.pid))
})

test('a reader that goes away is no failure', async (t) => {
  const { code, stderr } = await cardcage(['plugin', 'call', '--plugins', fixturePlugins, 'range', '-p', 'rows=100000', '--all'], {
    cwd: emptyFolder(t),
    onStart: (child) => child.stdout!.destroy(),
  })
  assert.equal(code, 0)
  assert.doesNotMatch(stderr, /EPIPE|error/)
})
