import assert from 'node:assert/strict'
import { test } from 'node:test'
import { importedModules } from './imported-modules.ts'

const seen = (...lines: string[]) =>
  importedModules(lines.join('\n')).map(({ specifier, line, dynamic }) => `${line} ${dynamic ? '? ' : ''}${specifier}`)

test('every form of an import, with its line', () => {
  assert.deepEqual(
    seen(
      "import './a.js'",
      'import b, { c as d } from "./b.js"',
      'import {',
      "  e, // it's e",
      "} from './e.js'",
      "export * from './f.js'",
      "export { g } from './g.js'",
      "const h = await import('./h.js')",
      "import * as i from 'i'; import j from 'j'",
    ),
    ['1 ./a.js', '2 ./b.js', '5 ./e.js', '6 ./f.js', '7 ./g.js', '8 ? ./h.js', '9 i', '9 j'],
  )
})

test('what only looks like one is none', () => {
  assert.deepEqual(
    seen(
      "// import './a.js'",
      "/* import './b.js' */",
      "const c = `import './c.js'`",
      'const d = "import \'./d.js\'"',
      "const e = 'it\\'s' + \"export * from './e.js'\"",
      'const f = /[\'"`]/.test(g) ? 1 : 2',
      "loader.import('./h.js')",
      'export const from = 1',
      "export default 'from'",
      'const half = a / 2 // it’s half',
      "import './i.js'",
    ),
    ['11 ./i.js'],
  )
})
