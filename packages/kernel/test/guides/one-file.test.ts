import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { emptyFolder, openKernel } from '../host.ts'
import { rowsOf } from './guide.ts'

/** A format of one file with a sibling, as an editor on Windows saves it: a byte order mark, CR LF, comments before its metadata. */
function formatOf(name: string): string {
  const lines = [
    `// metadata = { name: 'no' }`,
    `/* export const metadata = { version: '9.9.9' } */`,
    `import { table } from '@cardcage/plugin'`,
    `import { words } from './sibling.ts'`,
    `export const metadata = {`,
    `  name: '${name}', // its name`,
    `  version: '1.2.3',`,
    `  extensions: ['.${name}'],`,
    `}`,
    `export const createPlugin = () => ({`,
    `  metadata,`,
    `  createFormat: () => ({ readBatches: (bytes: Uint8Array) => [table({ word: words(bytes).map((word) => '${name} ' + word) })] }),`,
    `})`,
  ]
  return `\uFEFF${lines.join('\r\n')}\r\n`
}

test('two plugins of one file each share a sibling, whatever their editor puts around their text', async (t) => {
  const folder = emptyFolder(t)
  for (const name of ['one', 'two']) writeFileSync(join(folder, `${name}.ts`), formatOf(name))
  writeFileSync(
    join(folder, 'sibling.ts'),
    '\uFEFFexport const words = (bytes: Uint8Array) => Buffer.from(bytes).toString().split(" ")\r\n',
  )
  const kernel = await openKernel(t, { plugins: [folder] })
  assert.deepEqual(
    kernel.list().map(({ slot, version, state }) => [slot, version, state]),
    [
      ['one', '1.2.3', 'stopped'],
      ['two', '1.2.3', 'stopped'],
    ],
  )
  for (const name of ['one', 'two']) {
    const file = { name: `data.${name}`, size: 3, stream: () => [Buffer.from('a b')] }
    const { result } = await kernel.read(file as never, { format: name })
    assert.deepEqual(await rowsOf(result), [{ word: `${name} a` }, { word: `${name} b` }])
  }
})

test('a class of one file says by its attributes who it is and what it depends on', async (t) => {
  const folder = emptyFolder(t)
  const classOf = (name: string, dependencies: string) =>
    `import { BasePlugin } from '@cardcage/plugin/guides'
export default class extends BasePlugin {
  name = '${name}'
  version = '2.1.0'
  dependencies = ${dependencies}
  async handle_event() {}
}`
  writeFileSync(join(folder, 'first.ts'), classOf('first', '[]'))
  writeFileSync(join(folder, 'second.ts'), classOf('second', `['first', 'First_Aid>=1']`))
  writeFileSync(join(folder, 'third.ts'), classOf('third', `['first']`))
  const kernel = await openKernel(t, { plugins: [folder] })
  const [, second] = kernel.list()
  assert.deepEqual(
    kernel.list().map(({ slot, version, state }) => [slot, version, state]),
    [
      ['first', '2.1.0', 'stopped'],
      ['second', '2.1.0', 'failed'],
      ['third', '2.1.0', 'stopped'],
    ],
  )
  assert.equal(second?.error?.code, 'incompatible')
  assert.match(second?.error?.message ?? '', /second → first_aid: first_aid is not there/)
  const { manifest } = await kernel.start('third')
  assert.deepEqual(manifest?.dependencies, [{ name: 'first', version: '*', optional: false }])
  assert.equal((await kernel.info('first')).state, 'active', 'what it depends on is started first')
  assert.ok(!kernel.lines.some(({ level }) => level === 'warn'), JSON.stringify(kernel.lines))
})

test('a version in the code of a module that is none is said', async (t) => {
  const folder = emptyFolder(t)
  writeFileSync(
    join(folder, 'odd.mjs'),
    "export const metadata = { name: 'odd', version: 'v1', size: 007 }\nexport const createPlugin = () => ({})\n",
  )
  const kernel = await openKernel(t, { plugins: [folder] })
  assert.equal(kernel.list()[0]?.version, '0.0.0')
  assert.match(kernel.lines[0]?.message ?? '', /odd\.mjs: the version "v1" is not a semantic version; read as 0\.0\.0\. Give three numbers/)
})
