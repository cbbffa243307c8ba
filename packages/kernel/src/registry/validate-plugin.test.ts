import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'
import { validatePlugin } from './validate-plugin.ts'

const root = mkdtempSync(join(tmpdir(), 'cardcage-validate-'))
after(() => rmSync(root, { recursive: true, force: true }))
let count = 0

type Files = Readonly<Record<string, string>>

/** Files of a plugin that nothing is to be said of. */
const sound: Files = {
  'index.ts': 'export default {}\n',
  'index.test.ts': '',
  'README.md': '# A\n\nDoes it.\n\n```sh\ncardcage plugin call a\n```\n',
  'examples/a.csv': 'a\n1\n',
}

function folder(manifest: object, files: Files = {}): string {
  const path = join(root, `plugin-${++count}`)
  const all = { ...sound, 'plugin.json': JSON.stringify({ id: 'a', version: '1.0.0', description: 'A.', ...manifest }, null, 2), ...files }
  for (const [name, text] of Object.entries(all)) {
    mkdirSync(dirname(join(path, name)), { recursive: true })
    writeFileSync(join(path, name), text)
  }
  return path
}

const at = (path: string, file: string, line?: number) => `${file.slice(path.length + 1)}${line === undefined ? '' : `:${line}`}`
const seen = (path: string) =>
  validatePlugin(path).problems.map(({ severity, file, line, key, message }) => `${severity} ${key ?? at(path, file, line)}: ${message}`)

test('a sound plugin has no problems', () => {
  const path = folder({
    config_schema: {
      type: 'object',
      properties: { size: { type: 'integer', default: 1, description: 'Size' } },
      required: ['size'],
    },
    permissions: { net: [{ value: 'a.example', reason: 'prices' }] },
  })
  assert.deepEqual(seen(path), [])
  assert.equal(validatePlugin(path).manifest?.id, 'a')
})

/** What is said of a plugin whose manifest says this and whose files are these beside the sound ones. */
const cases: Readonly<Record<string, readonly [manifest: object, files: Files, said: readonly RegExp[]]>> = {
  'an unknown key': [{ keyword: [] }, {}, [/^error keyword: unknown key "keyword"/]],
  'a bad version does not hide the rest': [
    { version: 'one', config_schema: { properties: { a: { type: 'int', description: 'A' } } }, permissions: { net: ['*'] } },
    {},
    [
      /^error version: "one" is not a semantic version/,
      /^error config_schema\.properties\.a\.type: is "int"; one of string, /,
      /^error permissions\.net\[0\]: "\*" would be every host/,
      /^warning permissions\.net\[0\]: nothing says why/,
    ],
  ],
  'a bad version does not hide a dependency that is not there': [
    { version: 'one', dependencies: ['nobody', { name: 'none', version: 5 }] },
    {},
    [/^error version: /, /^error dependencies\[0\]: nobody is not there/, /^error dependencies\[1\]\S*: /, /^error dependencies\[1\]\S*: /],
  ],
  'a config that is no object': [{ config_schema: { type: 'array' } }, {}, [/^error config_schema\.type: a config is an object/]],
  'a pattern that is none': [
    { config_schema: { properties: { a: { type: 'string', pattern: '(', description: 'A' } } } },
    {},
    [/^error config_schema\.properties\.a\.pattern: the pattern "\(" is no regular expression: Unterminated group$/],
  ],
  'a pattern that takes for ever': [
    { config_schema: { properties: { a: { type: 'string', pattern: '^(\\w+\\s?)+$', description: 'A' } } } },
    {},
    [/^error config_schema\.properties\.a\.pattern: the pattern "\^\(\\\\w\+\\\\s\?\)\+\$" takes far too long for texts such as "a/],
  ],
  'a pattern in a list of parts': [
    { config_schema: { properties: { a: { items: { pattern: '(a+)+$' }, description: 'A' } } } },
    {},
    [/^error config_schema\.properties\.a\.items\.pattern: /],
  ],
  'a pattern of names': [
    { config_schema: { patternProperties: { '(a+)+$': {} } } },
    {},
    [/^error config_schema\.patternProperties\.\(a\+\)\+\$: the pattern/],
  ],
  'a schema from elsewhere, which nobody fetches': [
    { config_schema: { properties: { a: { $ref: 'http://127.0.0.1:9/schema.json', description: 'A' } } } },
    {},
    [/^error config_schema\.properties\.a\.\$ref: refers to "http:\/\/127\.0\.0\.1:9\/schema\.json": only references inside/],
  ],
  'a reference to nowhere': [
    { config_schema: { properties: { a: { $ref: '#/$defs/b', description: 'A' } } } },
    {},
    [/^error config_schema\.properties\.a\.\$ref: .*#\/\$defs\/b, which is not there/],
  ],
  'defaults outside of what they may be': [
    {
      config_schema: {
        properties: {
          range: { type: 'integer', minimum: 5, default: 1, description: 'A' },
          choice: { enum: ['a', 'b'], default: 'c', description: 'A' },
          form: { type: 'string', pattern: '^x', default: 'y', description: 'A' },
          type: { type: 'integer', default: '7', description: 'A' },
          inside: {
            type: 'object',
            description: 'A',
            properties: { port: { type: 'integer', maximum: 9, default: 10, description: 'A' } },
          },
          refers: { $ref: '#/$defs/small', default: 10, description: 'A' },
        },
        $defs: { small: { type: 'integer', maximum: 9 } },
      },
    },
    {},
    [
      /^error config_schema\.properties\.range\.default: default of range: 1 given, an integer, at least 5/,
      /^error config_schema\.properties\.choice\.default: default of choice: "c" given, one of "a", "b"/,
      /^error config_schema\.properties\.form\.default: default of form: "y" given/,
      /^error config_schema\.properties\.type\.default: default of type: the text "7" given, an integer/,
      /^error config_schema\.properties\.inside\.properties\.port\.default: default of inside\.port: 10 given/,
      /^error config_schema\.properties\.refers\.default: default of refers: 10 given/,
    ],
  ],
  'a required property that is not there': [
    { config_schema: { properties: { host: { description: 'A' } }, required: ['hots'] } },
    {},
    [/^error config_schema\.required\[0\]: requires "hots", which is none of the properties: host/],
  ],
  'a property without description': [
    { config_schema: { properties: { host: { type: 'string' } } } },
    {},
    [/^warning config_schema\.properties\.host: nothing says what "host" is for/],
  ],
  'secrets with a value, and one that is not marked': [
    {
      config_schema: {
        properties: {
          api_key: { type: 'string', sensitive: true, default: 'abc', description: 'A' },
          password: { type: 'string', description: 'A' },
          max_tokens: { type: 'integer', description: 'A' },
        },
      },
    },
    {},
    [
      /^error config_schema\.properties\.api_key\.default: is the default of a secret/,
      /^warning config_schema\.properties\.password: "password" looks like a secret/,
    ],
  ],
  'a schema of params that is none': [
    { provides: { analysis: { x: { params: { type: 'object', properties: { a: { pattern: '(' } } } } } } },
    {},
    [/^error provides\.analysis\.x\.params\.properties\.a\.pattern: /],
  ],
  'permissions that mean nothing': [
    {
      config_schema: { properties: { key: { sensitive: true, description: 'A' }, plain: { description: 'A' } } },
      permissions: Object.fromEntries(
        Object.entries({
          net: [
            'https://a.example/x',
            'a.example/x',
            'a.*.example',
            'a.example:0',
            'b.example',
            'b.example',
            '*.com',
            'sockets',
            '[::1]:80',
          ],
          read: ['/', '../x', '/etc/hosts', 'data'],
          env: ['A=B', 'HOME'],
          secrets: ['kye', 'plain', 'key'],
        }).map(([key, values]) => [key, values.map((value) => ({ value, reason: 'r' }))]),
      ),
    },
    {},
    [
      /^error permissions\.net\[0\]: "https:\/\/a\.example\/x" is a URL/,
      /^error permissions\.net\[1\]: "a\.example\/x" has a path/,
      /^error permissions\.net\[2\]: "a\.\*\.example" has a \*/,
      /^error permissions\.net\[3\]: "a\.example:0" has no port/,
      /^error permissions\.read\[0\]: "\/" is the whole file system/,
      /^error permissions\.read\[1\]: "\.\.\/x" leads out/,
      /^error permissions\.env\[0\]: "A=B" is no name/,
      /^error permissions\.secrets\[0\]: "kye" is no secret/,
      /^error permissions\.secrets\[1\]: "plain" is a config key that is no secret/,
      /^warning permissions\.net\[5\]: "b\.example" stands twice/,
      /^warning permissions\.net\[6\]: "\*\.com" is every host of a whole top-level domain/,
      /^warning permissions\.read\[2\]: "\/etc\/hosts" is a path of one machine/,
    ],
  ],
  'an entry that does not parse': [{}, { 'index.ts': "import './b.ts'\n\nconst a = b c\n" }, [/^error index\.ts:3: does not parse: /]],
  'an entry in CommonJS that does not parse': [
    { entry: 'a.cjs' },
    { 'a.cjs': 'if (!module) return\n\nlet = = 1\n' },
    [/^error a\.cjs:3: does not parse: /],
  ],
  'an entry in CommonJS that does': [{ entry: 'a.cjs' }, { 'a.cjs': "if (!module) return\nmodule.exports = require('./b')\n" }, []],
  'types that are not only erased': [{}, { 'index.ts': '\nenum A { b }\n' }, [/^error index\.ts:2: TypeScript enum is not supported/]],
  'imports that lead nowhere, also of modules behind the entry': [
    {},
    {
      'index.ts': "import './a.ts'\nimport { b } from './b'\nimport type { T } from './types'\nexport const c = () => import('./c.js')\n",
      'a.ts': "\nimport '../outside.ts'\nimport './lost.ts'\nimport './index.ts'\n",
      'b.ts': '',
      '../outside.ts': '',
    },
    [
      /^error a\.ts:2: imports "\.\.\/outside\.ts", which lies outside/,
      /^error a\.ts:3: imports "\.\/lost\.ts", which is not there/,
      /^error index\.ts:2: imports "\.\/b", which is not there/,
      /^warning index\.ts:4: imports "\.\/c\.js", which is not there/,
    ],
  ],
  'packages that are not there': [
    {},
    {
      'index.ts':
        "import 'node:fs'\nimport { z } from 'zod'\nimport '@cardcage/plugin'\nimport '@a/b/c'\nimport 'here'\nimport 'https://a.example/x.js'\n",
      'package.json': '{\n  "dependencies": { "here": "1",\n    "gone": "^1" }\n}',
      'node_modules/here/package.json': '{ "name": "here", "version": "1.0.0", "exports": "./index.js" }',
    },
    [
      /^error index\.ts:4: imports "@a\/b", which package\.json does not depend on/,
      /^error index\.ts:6: imports "https:\/\/a\.example\/x\.js": nothing is loaded from elsewhere/,
      /^error package\.json:3: depends on "gone", which is not installed/,
    ],
  ],
  'a package.json that is none': [{}, { 'package.json': '[' }, [/^error package\.json: cannot be read/]],
  'a README that says nothing': [{}, { 'README.md': '# A\n\n' }, [/^warning README\.md: says nothing/]],
  'a README without an example': [{}, { 'README.md': '# A\n\nDoes it.\n' }, [/^warning README\.md: shows no example of use/]],
  'documents that are not there': [
    { documentation: { readme: 'GUIDE.md', examples: ['examples/a.csv', 'gone.csv', '../outside.csv', 'https://a.example/x'] } },
    {},
    [
      /^error documentation\.readme: "GUIDE\.md" does not exist/,
      /^error documentation\.examples\[1\]: "gone\.csv" does not exist/,
      /^error documentation\.examples\[2\]: "\.\.\/outside\.csv" lies outside/,
    ],
  ],
  'config values that do not fit, or are secrets': [
    {
      config_schema: {
        properties: {
          size: { type: 'integer', description: 'A' },
          url: { type: 'string', description: 'A' },
          key: { type: 'string', writeOnly: true, description: 'A' },
          token: { type: 'string', sensitive: true, description: 'A' },
        },
        required: ['url'],
      },
      config: { size: 'large', key: 'abc', token: '${TOKEN}', siez: 3 },
    },
    {},
    [
      /^error config\.size: config value size: "large" given, an integer needed/,
      /^error config\.key: is the value of a secret/,
      /^error config\.siez: unknown config value siez\. Did you mean 'size'/,
    ],
  ],
  'no description': [{ description: '' }, {}, [/^warning description: there is no description/]],
  'a licence that is another': [
    { license: 'Apache-2.0' },
    { LICENSE: 'Permission is hereby granted, free of charge, to any person' },
    [/^warning license: "Apache-2\.0" is not what LICENSE says: that is MIT/],
  ],
  'a licence the manifest does not name': [
    {},
    { 'LICENSE.md': 'Mozilla Public License' },
    [/^warning LICENSE\.md: is a licence the manifest does not name/],
  ],
  'a major version without a word of what changed': [{ version: '2.0.0' }, {}, [/^note version: 2\.0\.0 is a new major version/]],
  'a major version with one': [{ version: '2.0.0' }, { 'CHANGELOG.md': '# 2.0.0\n' }, []],
}

for (const [name, [manifest, files, said]] of Object.entries(cases))
  test(name, () => {
    const problems = seen(folder(manifest, files))
    assert.equal(problems.length, said.length, problems.join('\n'))
    for (const [i, pattern] of said.entries()) assert.match(problems[i]!, pattern)
  })

test('every problem says where and what to do', () => {
  for (const [manifest, files] of Object.values(cases))
    for (const problem of validatePlugin(folder(manifest, files)).problems) {
      assert.ok(problem.fix.length > 5, JSON.stringify(problem))
      assert.ok(problem.key === undefined || problem.line !== undefined, JSON.stringify(problem))
    }
})

test("a guide's manifest is told by its own keys; what its reader only warns of is an error here", () => {
  const path = folder({})
  rmSync(join(path, 'plugin.json'))
  const configuration = { mode: { type: 'string', options: ['a', 'b'], default: 'c' } }
  const manifest = { plugin_id: 'a', version: '1.0.0', description: 'A.', entry_point: 'plugin.A', configuration, colour: 'red' }
  writeFileSync(join(path, 'manifest.json'), JSON.stringify(manifest, null, 2))
  assert.deepEqual(
    validatePlugin(path).problems.map(({ severity, line, key, message }) => `${severity} ${line} ${key} ${message.slice(0, 24)}`),
    [
      'error 5 entry_point there is no plugin.ts, n',
      'error 13 configuration.mode.default default of mode: "c" giv',
      'error 16 colour unknown key "colour"',
      'warning 7 configuration.mode nothing says what "mode"',
    ],
  )
})

test('links that lead outside or nowhere', () => {
  const path = folder({})
  rmSync(join(path, 'index.test.ts'))
  symlinkSync('/etc/passwd', join(path, 'secrets'))
  symlinkSync('nowhere', join(path, 'dangling'))
  symlinkSync('nowhere', join(path, 'src'))
  symlinkSync('circle', join(path, 'circle'))
  symlinkSync('index.ts', join(path, 'fine.ts'))
  assert.deepEqual(seen(path), [
    'error circle: is a link that leads nowhere',
    'error dangling: is a link that leads nowhere',
    "error secrets: is a link that leads outside the plugin's folder",
    'error src: is a link that leads nowhere',
    'note : has no tests (tests/, or NAME.test.ts)',
  ])
  assert.equal(validatePlugin(path).manifest, undefined)
})

test('tests, examples and a README are missed', () => {
  const path = folder({})
  for (const name of ['index.test.ts', 'examples', 'README.md']) rmSync(join(path, name), { recursive: true })
  assert.deepEqual(seen(path), [
    'warning README.md: there is no README.md',
    'note : has no tests (tests/, or NAME.test.ts) and no examples (examples/)',
  ])
})

test('a manifest that cannot be read does not hide the rest', () => {
  const path = folder({}, { 'plugin.json': '{', 'README.md': '' })
  assert.deepEqual(
    seen(path).map((said) => said.slice(0, 30)),
    ['error plugin.json:1: is not va', 'warning README.md: says nothin'],
  )
  assert.deepEqual(seen(join(root, 'nowhere')), ['error : is neither a folder nor a module'])
  assert.deepEqual(seen(join(path, 'README.md')), ['error : is neither a folder nor a module'])
  assert.match(seen(join(path, 'index.ts')).join(), /^error : is no plugin by itself/)
})

test('a file that is a plugin by itself, and what it imports', () => {
  const path = folder({}, { 'scale.ts': "import './lost.ts'\nexport function createPlugin() { return {} }\n" })
  assert.deepEqual(
    validatePlugin(join(path, 'scale.ts')).problems.map(({ file, line, message }) => `${at(path, file, line)} ${message}`),
    ['scale.ts:1 imports "./lost.ts", which is not there', 'scale.ts there is no description'],
  )
})

test('dependencies are held against the plugins beside it', () => {
  const beside = join(root, 'beside')
  for (const [id, more] of Object.entries({
    dtw: { version: '1.2.0', dependencies: ['base'] },
    base: { version: '1.0.0' },
    other: { version: '1.0.0' },
  })) {
    mkdirSync(join(beside, id), { recursive: true })
    writeFileSync(join(beside, id, 'plugin.json'), JSON.stringify({ id, description: 'D.', ...more }))
    writeFileSync(join(beside, id, 'index.ts'), '')
  }
  const check = (dependencies: readonly unknown[]) => {
    const { problems, needed } = validatePlugin(folder({ dependencies }), { beside: [beside] })
    return [
      problems.map(({ severity, code, key, message }) => `${severity} ${code} ${key}: ${message}`),
      needed.map((path) => path.slice(beside.length + 1)).toSorted(),
    ]
  }
  assert.deepEqual(check(['dtw@^1.0']), [[], ['base', 'dtw']])
  const dtw = join(beside, 'dtw')
  assert.deepEqual(check(['dtw@^2.0', 'twed', { name: 'gone', optional: true }, { name: 'other', version: '>=3', optional: true }]), [
    [
      `error incompatible dependencies[0]: dtw 1.2.0 in ${dtw} does not satisfy ^2.0`,
      'error incompatible dependencies[1]: twed is not there',
      `warning incompatible dependencies[3]: other 1.0.0 in ${join(beside, 'other')} does not satisfy >=3`,
    ],
    ['base', 'dtw', 'other'],
  ])
})

test('what only the operator can give is named', () => {
  const config_schema = {
    properties: { url: { type: 'string', default: 'x', description: 'A' }, key: { type: 'string', sensitive: true, description: 'A' } },
    required: ['url', 'key'],
  }
  assert.deepEqual(validatePlugin(folder({ config_schema })).lacking, ['key'])
})
