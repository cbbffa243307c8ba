import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import { table } from '@cardcage/plugin'
import { emptyFolder, errorOf, openKernel } from '../host.ts'
import { writePlugin } from '../plugin-folder.ts'
import { rowsOf } from './guide.ts'

/** A kernel over one plugin `p` whose entry module is this text. */
async function open(
  t: TestContext,
  entry: string,
  manifest: object = {},
  config?: Record<string, string>,
  files: Record<string, string> = {},
) {
  const folder = writePlugin(emptyFolder(t), 'p', entry, manifest, files)
  return await openKernel(t, { plugins: [folder], slots: { p: { plugin: 'p', ...(config ? { config } : {}) } } })
}

const doubles = 'execute({ series }) { return { values: series.map((x) => x * 2), metadata: {} } }'

const forms: readonly { name: string; entry: string; manifest?: object; files?: Record<string, string> }[] = [
  { name: 'a class by default', entry: `export default class P { ${doubles} }` },
  { name: 'the only class', entry: `export class P { ${doubles} }\nexport const helper = 1\nexport class Other {}` },
  { name: 'a class made of another', entry: `class Base { ${doubles} }\nexport class P extends Base {}` },
  { name: 'a class whose method is a field', entry: 'export class P { execute = ({ series }) => ({ values: series.map((x) => x * 2) }) }' },
  {
    name: 'the class the manifest names',
    entry: `export class P { ${doubles} }\nexport class Q { execute() { throw new Error('Q') } }`,
    manifest: { export: 'P' },
  },
  {
    name: 'the class the manifest names behind its entry',
    entry: '',
    manifest: { entry: 'classes.mjs#P' },
    files: { 'classes.mjs': `export class P { ${doubles} }\nexport class Q { execute() { throw new Error('Q') } }` },
  },
  {
    name: 'the class the manifest names, by default',
    entry: `export default class P { ${doubles} }\nexport class Q { ${doubles} }`,
    manifest: { export: 'P' },
  },
  {
    name: 'a class of older JavaScript',
    entry: `export function P() { this.factor = 2 }\nP.prototype.execute = function ({ series }) { return { values: series.map((x) => x * this.factor) } }`,
  },
  { name: 'a factory', entry: `export function createPlugin() { return { ${doubles} } }` },
  {
    name: 'a factory in snake case that waits',
    entry: `export async function create_plugin(logger) { logger.info('made'); return { ${doubles} } }`,
  },
  { name: 'a factory by default', entry: `export default (logger) => ({ ${doubles} })` },
  {
    name: 'a factory as in Go',
    entry: `export const NewMyPlugin = (logger) => ({ Execute({ series }) { return { Values: series.map((x) => x * 2) } } })`,
  },
  { name: 'an object', entry: `export const plugin = { ${doubles} }` },
  { name: 'functions', entry: 'export function execute({ series }) { return { values: series.map((x) => x * 2) } }' },
  {
    name: 'a factory registered by name, spelled as the guides do',
    entry: `import { registerPluginFactory } from '@cardcage/plugin/guides'\nregisterPluginFactory('other', () => ({}))\nregisterPluginFactory('P', () => ({ ${doubles} }))`,
  },
  {
    name: 'CommonJS',
    entry: '',
    manifest: { entry: 'plugin.cjs' },
    files: { 'plugin.cjs': `module.exports = class P { ${doubles} }` },
  },
  {
    name: 'a contract plugin the manifest names',
    entry: `import { definePlugin, operation, table } from '@cardcage/plugin'
export const mine = definePlugin({ setup: () => ({ analysis: { p: operation({ inputs: { data: { columns: { value: 'number' } } }, run: ({ data }) => table({ value: data.numbers('value').map((x) => x * 2) }) }) } }) })`,
    manifest: { export: 'mine' },
  },
]

for (const { name, entry, manifest, files } of forms) {
  test(`an entry module may export ${name}`, async (t) => {
    const kernel = await open(t, entry, manifest, undefined, files)
    const { result } = await kernel.analyze('p', { inputs: table({ value: [1, 2] }) })
    assert.deepEqual(await rowsOf(result.tables['result']), [{ value: 2 }, { value: 4 }])
  })
}

const refusals: readonly { name: string; entry: string; manifest?: object; says: RegExp }[] = [
  {
    name: 'exports nothing',
    entry: 'const x = 1',
    says: /it exports nothing; looked for definePlugin\(\), or a class, a factory or an object with one of analyze, importData/,
  },
  { name: 'exports other things', entry: 'export const a = 1\nexport class B {}', says: /B \(a class\), a \(number\)/ },
  {
    name: 'exports two classes',
    entry: `export class A { ${doubles} }\nexport class B { ${doubles} }`,
    says: /exports 2 that could be it, A, B: name one as "export"/,
  },
  {
    name: 'lacks the export its manifest names',
    entry: `export class A { ${doubles} }`,
    manifest: { export: 'Q' },
    says: /its manifest names the export 'Q', and it exports A \(a class\)/,
  },
  {
    name: 'makes something without a method',
    entry: 'export const createPlugin = () => ({ run() {} })',
    says: /what it makes has none of the methods/,
  },
]

for (const { name, entry, manifest, says } of refusals) {
  test(`a module that ${name} is refused with what was looked for`, async (t) => {
    const error = await errorOf((await open(t, entry, manifest)).start('p'))
    assert.equal(error.code, 'invalid-manifest')
    assert.match(error.message, /does not export a plugin/)
    assert.match(error.message, says)
    assert.match(error.hint ?? '', /definePlugin/)
  })
}

const thrown: readonly { throws: string; code: string; message?: string; retryable: boolean }[] = [
  { throws: "new Error('x')", code: 'internal', retryable: false },
  { throws: "new guides.ConfigError('x')", code: 'invalid-config', retryable: false },
  { throws: "new guides.ExecutionError('x')", code: 'internal', retryable: false },
  { throws: "new guides.ExecutionError('Unsupported method: x')", code: 'not-found', message: 'Unsupported method: x', retryable: false },
  {
    throws: "new guides.ExecutionError('Unsupported plot type: x')",
    code: 'not-found',
    message: 'Unsupported plot type: x',
    retryable: false,
  },
  { throws: "new guides.ValidationError('x')", code: 'invalid-call', retryable: false },
  { throws: "new guides.NotFound('x')", code: 'not-found', retryable: false },
  { throws: "new guides.LoadError('x')", code: 'invalid-manifest', retryable: false },
  { throws: "new guides.DependencyError('x')", code: 'incompatible', retryable: false },
  {
    throws: "new guides.VersionIncompatible({ required: '2', found: '1' })",
    code: 'incompatible',
    message: 'Version 2 is required, 1 was found',
    retryable: false,
  },
  { throws: "new guides.IoError('x')", code: 'unavailable', retryable: true },
  { throws: "new guides.SerializationError('x')", code: 'invalid-data', retryable: false },
  { throws: "new guides.PluginExecutionError('x')", code: 'internal', retryable: false },
  { throws: "guides.PluginError.ConfigError('x')", code: 'invalid-config', retryable: false },
  { throws: "({ ConfigError: 'x' })", code: 'invalid-config', retryable: false },
  { throws: "({ kind: 'NotFound', message: 'x' })", code: 'not-found', retryable: false },
  { throws: "new (class ValidationError extends Error {})('x')", code: 'invalid-call', retryable: false },
  { throws: "Object.assign(new Error('x'), { code: 'RATE_LIMIT_ERROR', retry_after: 2 })", code: 'rate-limited', retryable: true },
  { throws: "Object.assign(new Error('x'), { code: 'CONNECTION_ERROR', Retryable: false })", code: 'unavailable', retryable: false },
  {
    throws: "({ Plugin: 'crm', Operation: 'fetch', Message: 'no', Cause: new Error('down'), Code: 'TIMEOUT_ERROR', Retryable: true })",
    code: 'timeout',
    message: 'crm: fetch: no: down',
    retryable: true,
  },
  { throws: "Object.assign(new Error('x'), { code: 'AUTH_ERROR' })", code: 'unauthenticated', retryable: false },
  { throws: "Object.assign(new Error('x'), { code: 'QUOTA_EXCEEDED' })", code: 'quota-exceeded', retryable: false },
  { throws: "({ code: 'SymbolNotFound', message: 'x' })", code: 'invalid-manifest', retryable: false },
  { throws: "({ code: 'UnsupportedPlatform', message: 'x' })", code: 'incompatible', retryable: false },
  { throws: "({ code: 'PluginVersionError', message: 'x' })", code: 'incompatible', retryable: false },
  { throws: "({ code: 'PluginInterfaceError', message: 'x' })", code: 'invalid-manifest', retryable: false },
  { throws: "({ code: 'DataLoadError', message: 'x' })", code: 'invalid-data', retryable: false },
  { throws: "({ code: 'ExportError', message: 'x' })", code: 'unavailable', retryable: true },
  { throws: "({ code: 'LOAD_ERROR', message: 'x' })", code: 'invalid-manifest', retryable: false },
  { throws: "({ code: 'EXECUTION_ERROR', message: 'x' })", code: 'internal', retryable: false },
  { throws: "({ code: 'INVALID_CONFIG', message: 'x' })", code: 'invalid-config', retryable: false },
  { throws: "({ code: 'PlatformError', message: 'x' })", code: 'internal', retryable: false },
  { throws: "Object.assign(new Error('x'), { code: 'ECONNREFUSED' })", code: 'internal', retryable: false },
]

test('what a guide’s plugin throws has the code of the one table, its message and its word on trying again', async (t) => {
  const cases = thrown.map(({ throws }) => `() => (${throws})`).join(',\n')
  const kernel = await open(
    t,
    `import * as guides from '@cardcage/plugin/guides'\nconst cases = [${cases}]\nexport class P { execute({ params }) { throw cases[params.case]() } }`,
  )
  for (const [i, { throws, code, message = 'x', retryable }] of thrown.entries()) {
    const error = await errorOf(kernel.analyze('p', { inputs: table({ value: [1] }), params: { case: i } }))
    assert.deepEqual({ code: error.code, message: error.message, retryable: error.retryable }, { code, message, retryable }, throws)
    if (code === 'rate-limited') assert.equal(error.retryAfter, 2000)
  }
})

const starts: readonly { name: string; body: string; code: string; says: RegExp }[] = [
  { name: 'says no to its config', body: 'validate_config() { return false }', code: 'invalid-config', says: /says that it does not fit/ },
  {
    name: 'lists what is wrong with its config',
    body: "validateConfig() { return ['a is missing', 'b is odd'] }",
    code: 'invalid-config',
    says: /a is missing; b is odd/,
  },
  { name: 'does not connect', body: 'connect() { return false }', code: 'unavailable', says: /could not connect/ },
  { name: 'throws as it is initialized', body: "async initialize() { throw new Error('no disk') }", code: 'internal', says: /^no disk$/ },
]

for (const { name, body, code, says } of starts) {
  test(`a plugin that ${name} does not start, and is cleaned up`, async (t) => {
    const kernel = await open(
      t,
      `export class P { constructor(logger) { this.log = logger } ${doubles} ${body} async cleanup() { this.log.info('cleaned up') } }`,
    )
    const error = await errorOf(kernel.start('p'))
    assert.equal(error.code, code)
    assert.match(error.message, says)
    assert.equal(kernel.lines.filter(({ message }) => message === 'cleaned up').length, 1)
  })
}

test('a plugin of several guides provides all it has; its health is a check', async (t) => {
  const kernel = await open(
    t,
    `export class P { ${doubles}
      handle_event() {} analyze(data) { return { results: { n: data.length } } }
      status() { return { is_healthy: false, last_error: 'disk full' } } }`,
  )
  const { provides, health } = await kernel.start('p')
  assert.deepEqual(Object.keys(provides ?? {}), ['analysis', 'handler'])
  assert.deepEqual(health, [{ name: 'plugin', status: 'fail', note: 'disk full' }])
})

test('a guide’s plugin runs inline as well', async (t) => {
  const folder = writePlugin(
    emptyFolder(t),
    'p',
    `import { ProcessingResult } from '@cardcage/plugin/guides'\nexport class P { execute({ series }) { return new ProcessingResult({ values: series }) } }`,
  )
  const before = globalThis.fetch
  const kernel = await openKernel(t, { plugins: [folder], slots: { p: { plugin: 'p', isolation: 'inline' } } })
  const { result, metadata } = await kernel.analyze('p', { inputs: table({ value: [1] }) })
  assert.deepEqual(await rowsOf(result.tables['result']), [{ value: 1 }])
  assert.equal(metadata.isolation, 'L0')
  assert.equal(globalThis.fetch, before, 'the host’s own fetch is left alone')
})

const disagreeing: readonly { name: string; entry: string; manifest?: object; says?: RegExp }[] = [
  {
    name: 'a class with another version',
    entry: `export class P { version = '2.0.0'; ${doubles} }`,
    says: /version 2\.0\.0, the manifest 1\.0\.0/,
  },
  { name: 'a static version', entry: `export class P { static version = '2.0.0'; ${doubles} }`, says: /version 2\.0\.0/ },
  { name: 'the same version, spelled with a v', entry: `export class P { version = 'v1.0.0'; ${doubles} }` },
  { name: 'no version', entry: `export class P { version = ''; ${doubles} }` },
  {
    name: 'a manifest of its own',
    entry: `export class P { get_manifest() { return { version: '0.9.0' } } ${doubles} }`,
    says: /version 0\.9\.0/,
  },
  {
    name: 'metadata of an enrichment',
    entry: `export class P { GetMetadata() { return { Version: '1.1.0' } } EnrichUserProfile() { return null } }`,
    says: /version 1\.1\.0/,
  },
  {
    name: 'metadata of a format',
    entry: `export const createPlugin = () => ({ metadata: { version: '3.0.0', extensions: ['.p'] }, createFormat: () => ({ readBatches: () => [] }) })`,
    says: /version 3\.0\.0/,
  },
  {
    name: 'metadata of an analysis',
    entry: `export class P { metadata() { return { version: '4.0.0' } } analyze() { return { method: 'p', results: {} } } }`,
    says: /version 4\.0\.0/,
  },
  {
    name: 'dependencies its manifest has not',
    entry: `export class P { dependencies = ['Other', 'x']; handleEvent() {} }`,
    manifest: { dependencies: [{ name: 'other', optional: true }] },
    says: /depends on x, the manifest does not/,
  },
  {
    name: 'the dependencies of its manifest',
    entry: `export class P { dependencies = ['other']; handleEvent() {} }`,
    manifest: { dependencies: [{ name: 'other', optional: true }] },
  },
]

for (const { name, entry, manifest, says } of disagreeing) {
  test(`${says ? 'a warning says that the manifest counts' : 'no warning'}: ${name}`, async (t) => {
    const kernel = await open(t, entry, manifest)
    await kernel.start('p')
    const said = kernel.lines.filter(({ level, slot }) => level === 'warn' && slot === 'p').map(({ message }) => message)
    assert.equal(said.length, says ? 1 : 0, said.join('\n'))
    if (says) assert.match(said[0]!, says)
  })
}
