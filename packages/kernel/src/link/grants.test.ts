import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { packageFolders } from './grants.ts'

test('packages are found as Node finds them, with what they depend on, a linked one by both its paths', (t) => {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'grants-')))
  t.after(() => rmSync(root, { recursive: true }))
  const package_ = (folder: string, dependencies: Readonly<Record<string, string>> = {}): string => {
    mkdirSync(join(root, folder), { recursive: true })
    writeFileSync(join(root, folder, 'package.json'), JSON.stringify({ dependencies }))
    return join(root, folder)
  }
  const plugin = package_('work/plugin', { near: '*', above: '*', '@scope/linked': '*', missing: '*', '@cardcage/plugin': '*' })
  const near = package_('work/plugin/node_modules/near', { deep: '*' })
  const deep = package_('work/plugin/node_modules/near/node_modules/deep')
  const above = package_('work/node_modules/above', { near: '*' })
  const real = package_('elsewhere/linked')
  mkdirSync(join(root, 'work/node_modules/@scope'), { recursive: true })
  symlinkSync(real, join(root, 'work/node_modules/@scope/linked'))
  package_('work/node_modules/@cardcage/plugin')
  assert.deepEqual(packageFolders(plugin).sort(), [above, deep, join(root, 'work/node_modules/@scope/linked'), near, real].sort())
})

test('a dependency whose name leads elsewhere gives nothing', (t) => {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'grants-')))
  t.after(() => rmSync(root, { recursive: true }))
  mkdirSync(join(root, 'plugin/node_modules'), { recursive: true })
  mkdirSync(join(root, 'secret'))
  writeFileSync(join(root, 'secret/package.json'), '{}')
  const names = ['../../secret', '../..//secret', '@x/../../../secret', '.', '..', join(root, 'secret')]
  writeFileSync(join(root, 'plugin/package.json'), JSON.stringify({ dependencies: Object.fromEntries(names.map((name) => [name, '*'])) }))
  assert.deepEqual(packageFolders(join(root, 'plugin')), [])
})
