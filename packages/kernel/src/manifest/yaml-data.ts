import { createRequire } from 'node:module'
import type { Document, Pair, ParsedNode, Scalar, YAMLError, YAMLMap } from 'yaml'
import type { Json } from '@cardcage/plugin'
import type { DataText } from './data-text.ts'

/** How often anchors may be used in one text, each use counted with all it contains. */
const mostAliases = 100

/** Most places where an anchor is used in one text: the parser looks each up. */
const mostAliasNodes = 1000

/** Parse YAML 1.2 (`<<` merges) into JSON values. */
export function yamlData(text: string): Omit<DataText, 'format'> {
  try {
    return read(text)
  } catch (error) {
    if (error instanceof RangeError) return { line: () => undefined, fault: { message: tooDeep } }
    throw error
  }
}

const tooDeep = 'it is nested too deep'
const tooManyAliases = 'its anchors are used so often that the value would be huge'

function read(text: string): Omit<DataText, 'format'> {
  // Loaded only where there is a YAML file.
  const yaml = createRequire(import.meta.url)('yaml') as typeof import('yaml')
  const lineCounter = new yaml.LineCounter()
  // Keys that stand twice are looked for below: the parser compares each with each.
  const document = yaml.parseDocument(text, {
    lineCounter,
    prettyErrors: false,
    merge: true,
    uniqueKeys: false,
    stringKeys: true,
    logLevel: 'error',
  })
  const at = (offset: number) => {
    const { line, col } = lineCounter.linePos(offset)
    return { line, column: col }
  }
  const line = (keys: readonly string[]): number | undefined => {
    for (let length = keys.length; length > 0; length--) {
      const offset = offsetOf(yaml, document, keys.slice(0, length))
      if (offset !== undefined) return at(offset).line
    }
    return undefined
  }
  // A warning is a tag nobody knows: its value would be taken for something it is not.
  const [error] = [...document.errors, ...document.warnings]
  if (error) return { line, fault: { ...at(error.pos[0]), message: spoken(error) } }
  try {
    const odd = oddity(yaml, document)
    if (odd) return { line, fault: { ...(odd.offset === undefined ? {} : at(odd.offset)), message: odd.message } }
    return { line, value: fromYaml(document.toJS({ maxAliasCount: mostAliases })) }
  } catch (thrown) {
    if (thrown instanceof RangeError) return { line, fault: { message: tooDeep } }
    const message = firstLine((thrown as Error).message)
    return { line, fault: { message: /excessive alias/i.test(message) ? tooManyAliases : message } }
  }
}

type Yaml = typeof import('yaml')

/** Where a key or a list item begins. */
function offsetOf(yaml: Yaml, document: Document.Parsed, keys: readonly string[]): number | undefined {
  let node: unknown = document.contents
  let offset: number | undefined
  for (const key of keys) {
    if (yaml.isAlias(node)) node = node.resolve(document)
    if (yaml.isMap(node)) {
      const pair: Pair | undefined = node.items.find((item) => String((item.key as { value?: unknown } | null)?.value) === key)
      offset = (pair?.key as ParsedNode | undefined)?.range?.[0]
      node = pair?.value
    } else if (yaml.isSeq(node)) {
      node = node.items[Number(key)]
      offset = (node as ParsedNode | undefined)?.range?.[0]
    } else return undefined
    if (offset === undefined) return undefined
  }
  return offset
}

/** What the parser lets through: a key that stands twice, an anchor that is used within its own node, very many uses of anchors. */
function oddity(yaml: Yaml, document: Document.Parsed): { readonly message: string; readonly offset?: number } | undefined {
  let found: { message: string; offset?: number } | undefined
  let uses = 0
  const anchored = new Map<string, unknown>()
  yaml.visit(document, {
    Alias(_, alias, path) {
      if (++uses > mostAliasNodes) found = { message: tooManyAliases }
      else if (path.includes(anchored.get(alias.source) as never))
        found = { message: `the anchor ${alias.source} contains itself`, offset: alias.range?.[0] ?? 0 }
      return found ? yaml.visit.BREAK : undefined
    },
    Map(_, node) {
      if (node.anchor !== undefined) anchored.set(node.anchor, node)
      const twice = repeatedKey(node)
      if (!twice) return undefined
      found = { message: `the key ${JSON.stringify(String(twice.value))} stands twice in the same object`, offset: twice.range?.[0] ?? 0 }
      return yaml.visit.BREAK
    },
    Seq(_, node) {
      if (node.anchor !== undefined) anchored.set(node.anchor, node)
    },
  })
  return found
}

/** A key that stands twice; `<<` may. */
function repeatedKey(map: YAMLMap): Scalar.Parsed | undefined {
  const keys = new Set<string>()
  for (const { key } of map.items as readonly Pair<Scalar.Parsed>[]) {
    const name = String(key.value)
    if (keys.has(name) && name !== '<<') return key
    keys.add(name)
  }
  return undefined
}

function fromYaml(value: unknown, depth = 102): Json {
  if (typeof value === 'number' && !Number.isFinite(value)) throw new Error(`${value} is no number of JSON`)
  if (typeof value === 'bigint') return Number(value)
  if (value === undefined) return null
  if (typeof value !== 'object' || value === null) return value as Json
  if (value instanceof Date) return value.toISOString()
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  if (depth === 0) return null
  if (Array.isArray(value)) return value.map((each) => fromYaml(each, depth - 1))
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, fromYaml(each, depth - 1)]))
}

function spoken({ code, message }: YAMLError): string {
  if (/call stack/.test(message)) return tooDeep
  if (code === 'TAB_AS_INDENT') return 'a tab where spaces must be: YAML is indented by spaces only'
  if (code === 'MULTIPLE_DOCS') return 'a second document (---): one is read'
  return firstLine(message)
}

function firstLine(message: string): string {
  return message.split('\n')[0]!.trim()
}
