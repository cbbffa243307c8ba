import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { check } from './check.ts'
import { deeds, doors, rooms, rows } from './rules.ts'

/** The forms in which one module can name another. */
const forms: Readonly<Record<string, (specifier: string) => string>> = {
  import: (specifier) => `import { a } from '${specifier}'`,
  'import type': (specifier) => `import type {\n  A,\n} from '${specifier}'`,
  'inline type': (specifier) => `import { type A } from "${specifier}"`,
  'type import()': (specifier) => `export type A = import('${specifier}').A`,
  'side effect': (specifier) => `import '${specifier}'`,
  dynamic: (specifier) => `export const a = \`\${await import('${specifier}')}\``,
  're-export': (specifier) => `export { a } from '${specifier}'`,
  'star re-export': (specifier) => `export * as a from '${specifier}'`,
  'type re-export': (specifier) => `export type { A } from '${specifier}'`,
  require: (specifier) => `const a = require('${specifier}')`,
}

let root = ''
before(() => {
  root = mkdtempSync(join(tmpdir(), 'cardcage-imports-'))
})
after(() => rmSync(root, { recursive: true, force: true }))

/** What the guard says of a tree with these files alone. */
function see(files: Readonly<Record<string, string>>): string[] {
  const tree = mkdtempSync(join(root, 'tree-'))
  for (const [file, source] of Object.entries(files)) {
    mkdirSync(dirname(join(tree, file)), { recursive: true })
    writeFileSync(join(tree, file), source)
  }
  return check(tree)
}

/** Plants one import in each form, on line 3 after a comment that names it as well, and sees each of them named, with its line. */
function planted(file: string, specifier: string): void {
  for (const [form, write] of Object.entries(forms)) {
    const seen = see({
      [file]: `// ${write(specifier).replaceAll('\n', ' ')}\nconst quoted = "import '${specifier}'"\n${write(specifier)}\n`,
    })
    assert.equal(seen.length, 1, `${form}: ${seen.join('; ') || 'not seen'}`)
    assert.ok(seen[0]?.startsWith(`${file}:3 imports '${specifier}': `), seen.join())
  }
}

const packages = rows.map(({ from }) => from).filter((from) => from.startsWith('packages/'))
const nameOf = (folder: string): string => (folder === 'packages/cli' ? 'cardcage' : folder.replace('packages/', '@cardcage/'))
const inside = (from: string, name: string): string => `${from.replace('*', 'one')}/${name}`

test('this repository keeps to the directions', () => {
  assert.deepEqual(check(fileURLToPath(new URL('../..', import.meta.url))), [])
})

describe('a planted import that the table forbids is named', () => {
  for (const { from, may, inTests = [] } of rows) {
    const forbidden = packages.filter((folder) => folder !== from && !may.includes(folder))
    for (const folder of forbidden) {
      test(`${from} → ${folder}`, () => {
        const path = `${'../'.repeat(from.split('/').length + 1)}${folder}/src/index.ts`
        planted(inside(from, 'src/x.ts'), nameOf(folder))
        planted(inside(from, 'src/x.ts'), `${nameOf(folder)}/sub`)
        planted(inside(from, 'src/x.ts'), path)
        if (!inTests.includes(folder)) planted(inside(from, 'src/x.test.ts'), nameOf(folder))
      })
    }
    test(`${from} may import what its row says, by name and not by path`, () => {
      const sources = may.map((folder) => forms['import']?.(nameOf(folder)))
      assert.deepEqual(see({ [inside(from, 'src/x.ts')]: sources.join('\n') }), [])
      assert.deepEqual(see({ [inside(from, 'src/x.test.ts')]: inTests.map((folder) => forms['import']?.(nameOf(folder))).join('\n') }), [])
      for (const folder of may) planted(inside(from, 'src/x.ts'), `${'../'.repeat(from.split('/').length + 1)}${folder}/src/index.ts`)
    })
  }

  test('plugins/one → plugins/two', () => planted('plugins/one/x.ts', '../two/x.ts'))
  test('a package → scripts and bench', () => {
    planted('packages/plugin/src/x.ts', '../../../scripts/x.ts')
    planted('plugins/one/x.ts', '../../bench/x.ts')
  })
  test('a package without a row', () => assert.equal(see({ 'packages/new/src/x.ts': '' }).length, 1))
})

describe('a planted import against the line of the kernel’s rooms is named', () => {
  const line = [...rooms, 'kernel.ts']
  const fileIn = (room: string): string => (room === 'kernel.ts' ? room : `${room}/x.ts`)
  for (const [place, room] of rooms.entries()) {
    const next = line[place + 1] ?? ''
    test(`${room} → ${next}`, () => {
      planted(`packages/kernel/src/${room}/x.ts`, `../${fileIn(next)}`)
      planted(`packages/kernel/src/${room}/deep/x.ts`, `../../${fileIn(next)}`)
      assert.deepEqual(see({ [`packages/kernel/src/${room}/x.test.ts`]: `import '../${fileIn(next)}'` }), [], 'its tests may')
      const back = next === 'kernel.ts' ? `./${room}/x.ts` : `../${room}/x.ts`
      assert.deepEqual(see({ [`packages/kernel/src/${fileIn(next)}`]: `import '${back}'` }), [], 'the other way is free')
    })
  }
  test('the first → the last', () => planted('packages/kernel/src/base/x.ts', '../index.ts'))
  test('a room that is not in the line', () => assert.equal(see({ 'packages/kernel/src/utils/x.ts': '' }).length, 1))
})

describe('doors that are open to some only', () => {
  for (const { specifier, only } of doors) {
    test(specifier, () => {
      planted('plugins/one/x.ts', specifier)
      planted('packages/server/src/x.ts', specifier)
      for (const folder of only) assert.deepEqual(see({ [`${folder}/src/x.ts`]: `import '${specifier}'` }), [])
    })
  }
})

describe('what only some may do is named where others do it', () => {
  const ways = (member: string): string[] => {
    const [object = '', property = ''] = member.split('.')
    const plain = [`const a = ${object}.${property}`, `const a = ${object}?.${property}`, `const a = ${object}['${property}']`]
    return [
      ...plain,
      `const { pid, ${property}: b } = ${object}`,
      `import { ${property} } from 'node:${object}'`,
      `const a = globalThis.${member}.x`,
    ]
  }
  for (const { what, modules = [], members = [], calls = [], only } of deeds) {
    test(what, () => {
      for (const module of modules) planted('packages/plugin/src/x.ts', module)
      const lines = [...members.flatMap(ways), ...calls.flatMap((name) => [`${name}()`, `server.${name}(1)`])]
      for (const line of [...lines, ...modules.map((module) => `import '${module}'`)]) {
        const seen = see({ 'packages/plugin/src/x.ts': `\n${line}\n` })
        assert.equal(seen.length, 1, `${line}: ${seen.join('; ') || 'not seen'}`)
        assert.ok(seen[0]?.startsWith('packages/plugin/src/x.ts:2 '), seen.join())
        const own = `${only[0]}${only[0]?.includes('/src/') ? '' : 'src/'}x.ts`
        assert.deepEqual(see({ [own]: line, 'packages/plugin/src/x.test.ts': line }), [])
      }
    })
  }
})

test('comments, texts, templates and regular expressions do not hide or feign an import', () => {
  const hidden = [
    'const quote = /[\'"`]/.test(a) ? 1 : 2',
    'const half = a / 2 // it’s half',
    "const nested = `${`${{ a: 1 }.a}`} from 'x'`",
    "/* import '@cardcage/kernel' */",
    "const text = `import '@cardcage/kernel'`",
    "const it = 'it\\'s' + \"import '@cardcage/kernel'\"",
    "export const from = 'a'",
    'export default from',
    "import '@cardcage/server'",
  ]
  assert.deepEqual(see({ 'packages/plugin/src/x.ts': hidden.join('\n') }), [
    "packages/plugin/src/x.ts:9 imports '@cardcage/server': packages/plugin may import nothing of ours",
  ])
})
