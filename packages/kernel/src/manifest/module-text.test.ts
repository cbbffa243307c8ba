import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readModuleText } from './module-text.ts'

test('what a module exports is seen in its text, whatever stands in comments and texts', () => {
  const cases: readonly [text: string, hasFactory: boolean, describesItself: boolean][] = [
    ['export function createPlugin() {}', true, false],
    ['export async function create_plugin(logger) {}', true, false],
    ['export default function createPlugin() {}', true, false],
    ['export const createPlugin = () => ({})', true, false],
    ['const make = () => 1\nexport { make as create_plugin }', true, false],
    ['exports.create_plugin = () => 1', true, false],
    ['module.exports = { a() { return { x: 1 } }, create_plugin }', true, false],
    ['function createPlugin() {}', false, false],
    ['// export function createPlugin() {}', false, false],
    ["/* it's\nexport function createPlugin() {} */", false, false],
    ['const text = `export function createPlugin() {}`', false, false],
    ["const text = 'export function createPlugin() {}'", false, false],
    ['const quote = /[\'"]/\nexport function createPlugin() {}', true, false],
    ['export { createPlugin as other }', false, false],
    ['export const metadata = { name: "a" }\nexport default class {}', false, true],
    ['export const metadata = { name: "a" }', false, false],
    ['export default class {}', false, false],
    ['export default { metadata: {} }', false, false],
    ['', false, false],
  ]
  for (const [text, hasFactory, describesItself] of cases) {
    const found = readModuleText(text)
    assert.deepEqual({ hasFactory: found.hasFactory, describesItself: found.describesItself }, { hasFactory, describesItself }, text)
  }
})

test('metadata is read as far as it is made of literals, and nothing is run', () => {
  const cases: readonly [text: string, metadata: object][] = [
    [
      "export const metadata = { name: 'my_plugin', version: \"1.0.0\", extensions: ['.foo', `.bar`], capabilities: { streaming: true, depth: -1.5 } }",
      { name: 'my_plugin', version: '1.0.0', extensions: ['.foo', '.bar'], capabilities: { streaming: true, depth: -1.5 } },
    ],
    [
      'const metadata: PluginMetadata = { /* it\'s */ name: "a", // "b"\n version: version(), description: "a" + "b", of: `x${y}`, size: 1 + 2, list: [1, f(2), 3], "q": null, ...rest, }',
      { name: 'a', list: [1, 3], q: null },
    ],
    ["class A { metadata = { name: 'in a class' } as const }", { name: 'in a class' }],
    ["createPlugin = () => ({ metadata: { name: 'inside' }, create_format() {} })", { name: 'inside' }],
    ["const p = { metadata() { return { name: 'returned' } } }", { name: 'returned' }],
    ["const metadata: { name: string } = { name: 'typed' }", { name: 'typed' }],
    [
      'metadata = { octal: 007, name: "a".concat("b"), list: [1].concat(2), object: { a: 1 }.a, last: { b: 2 } }',
      { octal: 7, last: { b: 2 } },
    ],
    ["metadata = { name: 'it\\'s \\u0041\\x42\\n' }", { name: "it's AB\n" }],
    ['metadata = { __proto__: { name: "x" }, constructor: 1 }', { constructor: 1 }],
    ['metadata = { name: [[[[', {}],
    ['metadata = { a ] }', {}],
    ['metadata = {', {}],
    ['metadata = compute({ name: "x" })', {}],
  ]
  for (const [text, metadata] of cases) assert.deepEqual(readModuleText(text).metadata, metadata, text)
})

test('a class of the event-driven guide describes itself by its attributes', () => {
  const cases: readonly [text: string, describesItself: boolean, metadata: object][] = [
    [
      'export default class A extends BasePlugin {\n  override name = "a"\n  version: string = \'1.2.0\';\n  static readonly dependencies = ["b", "c>=1"] as const\n  other = { name: "no" }\n}',
      true,
      { name: 'a', version: '1.2.0', dependencies: ['b', 'c>=1'] },
    ],
    [
      'class A extends guides.BasePlugin<X> {\r\n  name = "a"\r\n  version = base + "1"\r\n}\r\nexport { A as default }',
      true,
      { name: 'a' },
    ],
    ['export default class extends BasePlugin { run() { const name = "x"; this.name = "y" } }', false, {}],
    ['export class A extends BasePlugin { name = "a" }', false, { name: 'a' }],
    ['export default class A extends BasePlugin { name = "" }', false, { name: '' }],
    ['export default class A { name = "a" }', false, {}],
    ['export default class A extends BasePlugin { // name = "b"\n  /* version = "1.0.0" */ name = "a" }', true, { name: 'a' }],
    ['export default class A extends BasePlugin { name = (n) => n; version == "2" }', false, {}],
  ]
  for (const [text, describesItself, metadata] of cases) {
    const found = readModuleText(text)
    assert.deepEqual([found.describesItself, found.metadata], [describesItself, metadata], text)
  }
})

test('long and hostile texts end soon', () => {
  const hostile = [
    '/*'.repeat(100_000),
    "'".repeat(100_000),
    '`'.repeat(100_001),
    '/'.repeat(100_000),
    ' '.repeat(100_000),
    'export {'.repeat(20_000),
    'export '.repeat(20_000),
    'class '.repeat(20_000),
    `class A extends BasePlugin {${'name : '.repeat(20_000)}`,
    `class A extends BasePlugin {${'dependencies = [ '.repeat(20_000)}`,
    'class A extends BasePlugin {'.repeat(5_000),
  ]
  const nested = [
    'metadata = {'.repeat(2_000),
    `metadata = ${'['.repeat(100_000)}`,
    `metadata = {${'a: ['.repeat(20_000)}`,
    `metadata = {${'a: 1,'.repeat(20_000)}`,
  ]
  for (const text of [...hostile, ...nested]) assert.equal(readModuleText(text).hasFactory, false)
})
