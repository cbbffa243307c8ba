import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { cardcage, emptyFolder } from '../run-cli.ts'

const skip = process.platform !== 'linux' && 'processor time is held on Linux only'

test('plugin info says the limit of processor time in force, and how it is held', { skip }, async (t) => {
  const cwd = emptyFolder(t)
  for (const [id, limits] of Object.entries({ low: { cpu: 12.5 }, high: { cpu: 150 }, none: {} })) {
    const folder = join(cwd, 'plugins', id)
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'plugin.json'), JSON.stringify({ id, version: '1.0.0', provides: {}, limits }))
    writeFileSync(join(folder, 'index.ts'), '')
  }
  const info = async (slot: string, ...more: string[]) => await cardcage(['plugin', 'info', slot, '--plugins', 'plugins', ...more], { cwd })
  const free = await Promise.all(['low', 'high', 'none'].map((slot) => info(slot)))
  const line = /^ {2}processor time +(\S+) % of one processor, held by (cgroup|duty cycle)$/m
  assert.deepEqual(
    free.map(({ stdout }) => line.exec(stdout)?.[1]),
    ['12.5', '150', undefined],
  )
  writeFileSync(join(cwd, 'cardcage.yaml'), 'security: { max_cpu_percent: 40 }\n')
  const bounded = await Promise.all(['low', 'high', 'none'].map((slot) => info(slot, '--json')))
  assert.deepEqual(
    bounded.map(({ document }) => document().cpu.percent),
    [12.5, 40, 40],
  )
  for (const { document, stderr } of bounded) {
    assert.equal(document().cpu.by, line.exec(free[0]!.stdout)![2])
    assert.doesNotMatch(stderr, /max_cpu_percent/)
  }
})
