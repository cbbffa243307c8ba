import assert from 'node:assert/strict'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { contentHash, folderKey, recall, remember } from './learnt.ts'

const root = mkdtempSync(join(tmpdir(), 'cardcage-learnt-'))
after(() => rmSync(root, { recursive: true, force: true }))
let count = 0

function plugin(): string {
  const folder = join(root, `plugin-${++count}`)
  mkdirSync(join(folder, 'src'), { recursive: true })
  mkdirSync(join(folder, 'node_modules'))
  writeFileSync(join(folder, 'plugin.json'), '{}')
  writeFileSync(join(folder, 'src/index.ts'), 'aaaa')
  return folder
}

const provides = { analysis: { dtw: { title: 'DTW' } } }

test('what is remembered under each key is recalled, and nothing else', () => {
  const folder = plugin()
  const cache = join(root, 'cache-a')
  const key = folderKey(folder, '{}')
  assert.equal(recall(cache, key), undefined)
  remember(cache, [key, undefined], provides)
  assert.deepEqual(recall(cache, key), provides)
  assert.equal(recall(cache, folderKey(folder, '{ }')), undefined)
  assert.equal(recall(cache, undefined), undefined)
  assert.deepEqual(readdirSync(join(cache, 'learnt')), [`${key}.json`])
})

test('any change of a file gives another folder key, even of the same size and time', () => {
  const folder = plugin()
  const file = join(folder, 'src/index.ts')
  utimesSync(file, 1000, 1000)
  const keys = [folderKey(folder, '{}')]
  writeFileSync(file, 'bbbb')
  utimesSync(file, 1000, 1000)
  keys.push(folderKey(folder, '{}'))
  writeFileSync(join(folder, 'more.ts'), '')
  keys.push(folderKey(folder, '{}'))
  symlinkSync('more.ts', join(folder, 'link.ts'))
  keys.push(folderKey(folder, '{}'))
  assert.equal(new Set(keys).size, 4)
  writeFileSync(join(folder, 'node_modules/x.js'), '')
  writeFileSync(join(folder, '.hidden'), '')
  assert.equal(folderKey(folder, '{}'), keys[3])
})

test('the content hash is that of the content, wherever it lies', async () => {
  const folder = plugin()
  const copy = join(root, 'copy')
  cpSync(folder, copy, { recursive: true })
  assert.notEqual(folderKey(copy, '{}'), folderKey(folder, '{}'))
  assert.equal(await contentHash(copy), await contentHash(folder))
  writeFileSync(join(copy, 'src/index.ts'), 'aaab')
  assert.notEqual(await contentHash(copy), await contentHash(folder))
})

test('a name, a link and a content cannot be taken for one another', async () => {
  const hashes: (string | undefined)[] = []
  const contents: readonly Readonly<Record<string, string>>[] = [
    { a: '["b"]' },
    { a: '["b",false]' },
    { a: '["b",false,0]' },
    { a: '', b: '' },
    { a: 'b' },
    { ab: '' },
  ]
  for (const files of contents) {
    const folder = plugin()
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content)
    hashes.push(await contentHash(folder))
  }
  const linked = plugin()
  symlinkSync('b', join(linked, 'a'))
  hashes.push(await contentHash(linked))
  assert.equal(new Set(hashes).size, contents.length + 1)
})

test('no folder, a broken entry and a cache that cannot be written are no errors', async () => {
  assert.equal(folderKey(join(root, 'none'), ''), undefined)
  assert.equal(await contentHash(join(root, 'none')), undefined)
  const cache = join(root, 'cache-b')
  for (const text of ['{', '[]', '{"nonsense":{}}', '{"analysis":3}', '{"analysis":{"__proto__":{}}}']) {
    mkdirSync(join(cache, 'learnt'), { recursive: true })
    writeFileSync(join(cache, 'learnt/f-x.json'), text)
    assert.equal(recall(cache, 'f-x'), undefined, text)
  }
  writeFileSync(join(root, 'file'), '')
  remember(join(root, 'file'), ['f-x'], provides)
  assert.equal(recall(join(root, 'file'), 'f-x'), undefined)
})

test('above its cap the content is not hashed', async () => {
  const folder = plugin()
  writeFileSync(join(folder, 'big'), Buffer.alloc(64 * 2 ** 20 + 1))
  assert.equal(await contentHash(folder), undefined)
  assert.match(folderKey(folder, '{}')!, /^f-[\da-f]{64}$/)
  rmSync(join(folder, 'big'))
})
