import type { DataType } from './data.ts'
import { PluginError } from './error.ts'

/** Resolution of times, timestamps and durations. */
export type TimeUnit = 's' | 'ms' | 'us' | 'ns'

/** An Arrow type taken apart; `parseType` makes it from its name, `printType` the name from it. */
export type ParsedType =
  | { readonly kind: 'null' | 'bool' | 'utf8' | 'binary' }
  | { readonly kind: 'int'; readonly bits: 8 | 16 | 32 | 64; readonly signed: boolean }
  | { readonly kind: 'float'; readonly bits: 16 | 32 | 64 }
  | { readonly kind: 'fixed_size_binary'; readonly width: number }
  | { readonly kind: 'date'; readonly bits: 32 | 64 }
  | { readonly kind: 'time'; readonly bits: 32 | 64; readonly unit: TimeUnit }
  | { readonly kind: 'timestamp'; readonly unit: TimeUnit; readonly timezone?: string }
  | { readonly kind: 'duration'; readonly unit: TimeUnit }
  | { readonly kind: 'decimal'; readonly bits: 128 | 256; readonly precision: number; readonly scale: number }
  | { readonly kind: 'list'; readonly item: ParsedType }
  | { readonly kind: 'struct'; readonly children: readonly StructChild[] }

/** A field of a struct. */
export interface StructChild {
  readonly name: string
  readonly type: ParsedType
}

/** Levels of `list` and `struct` a type may have. */
export const maxTypeDepth = 32

const known = new Map<string, ParsedType>()

/**
 * Take an Arrow type name apart: `null bool int8…int64 uint8…uint64 float16 float32 float64 utf8 binary fixed_size_binary(n) date32 date64
 * time32(s|ms) time64(us|ns) timestamp(unit[, zone]) duration(unit) decimal(precision, scale) list<T> struct<name: T, …>`.
 * A name in a struct that is not a plain word is quoted as in JSON. Decimals of more than 38 digits have 256 bits, others 128.
 *
 * @throws {PluginError} `invalid-data` if there is no such type
 * @see https://arrow.apache.org/docs/format/Columnar.html#logical-types
 */
export function parseType(name: DataType): ParsedType {
  let type = known.get(name)
  if (type === undefined) {
    type = new TypeParser(String(name)).whole()
    if (known.size > 1000) known.clear()
    if (name.length <= 4096) known.set(name, type)
  }
  return type
}

/** The canonical name of a type: `printType(parseType(name))` is the same for all spellings of one type. */
export function printType(type: ParsedType): DataType {
  switch (type.kind) {
    case 'int':
      return `${type.signed ? 'int' : 'uint'}${type.bits}`
    case 'float':
    case 'date':
      return `${type.kind}${type.bits}`
    case 'fixed_size_binary':
      return `fixed_size_binary(${type.width})`
    case 'time':
      return `time${type.bits}(${type.unit})`
    case 'timestamp':
      return type.timezone === undefined ? `timestamp(${type.unit})` : `timestamp(${type.unit}, ${type.timezone})`
    case 'duration':
      return `duration(${type.unit})`
    case 'decimal':
      return `${type.bits === decimalBits(type.precision) ? 'decimal' : 'decimal256'}(${type.precision}, ${type.scale})`
    case 'list':
      return `list<${printType(type.item)}>`
    case 'struct':
      return `struct<${type.children.map((child) => `${printName(child.name)}: ${printType(child.type)}`).join(', ')}>`
    default:
      return type.kind
  }
}

/** Are these two type names the same type? */
export function sameType(a: DataType, b: DataType): boolean {
  return a === b || printType(parseType(a)) === printType(parseType(b))
}

/** Width that a decimal of this precision has unless its name says otherwise. */
export function decimalBits(precision: number): 128 | 256 {
  return precision > 38 ? 256 : 128
}

const plainName = /^[^\s,:<>()"]+$/
const printName = (name: string): string => (plainName.test(name) ? name : JSON.stringify(name))

class TypeParser {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  whole(): ParsedType {
    const type = this.#type(0)
    if (this.#at < this.#text.length) this.#fail()
    return type
  }

  #type(depth: number): ParsedType {
    if (depth > maxTypeDepth) this.#fail(`it is nested deeper than ${maxTypeDepth} levels`)
    const word = this.#match(/[a-z_]+\d*/y)
    switch (word) {
      case 'null':
      case 'bool':
      case 'utf8':
      case 'binary':
        return { kind: word }
      case 'int8':
      case 'int16':
      case 'int32':
      case 'int64':
        return { kind: 'int', bits: Number(word.slice(3)) as 8 | 16 | 32 | 64, signed: true }
      case 'uint8':
      case 'uint16':
      case 'uint32':
      case 'uint64':
        return { kind: 'int', bits: Number(word.slice(4)) as 8 | 16 | 32 | 64, signed: false }
      case 'float16':
      case 'float32':
      case 'float64':
        return { kind: 'float', bits: Number(word.slice(5)) as 16 | 32 | 64 }
      case 'date32':
      case 'date64':
        return { kind: 'date', bits: Number(word.slice(4)) as 32 | 64 }
      case 'fixed_size_binary': {
        const width = Number(this.#match(/\(\s*\d+\s*\)/y).slice(1, -1))
        if (width < 1 || width > 2 ** 24) this.#fail('its width is not in 1 to 16777216')
        return { kind: 'fixed_size_binary', width }
      }
      case 'time32':
        return { kind: 'time', bits: 32, unit: this.#unit(/\(\s*(s|ms)\s*\)/y) }
      case 'time64':
        return { kind: 'time', bits: 64, unit: this.#unit(/\(\s*(us|ns)\s*\)/y) }
      case 'duration':
        return { kind: 'duration', unit: this.#unit(/\(\s*(s|ms|us|ns)\s*\)/y) }
      case 'timestamp': {
        const unit = this.#unit(/\(\s*(s|ms|us|ns)\s*/y)
        const timezone = this.#match(/(,\s*[^\s,:<>()"][^\s,<>()"]{0,63}\s*)?\)/y)
          .slice(0, -1)
          .replace(/^,/, '')
          .trim()
        return timezone === '' ? { kind: 'timestamp', unit } : { kind: 'timestamp', unit, timezone }
      }
      case 'decimal':
      case 'decimal128':
      case 'decimal256': {
        const [precision, scale] = this.#match(/\(\s*\d+\s*,\s*-?\d+\s*\)/y)
          .slice(1, -1)
          .split(',')
          .map(Number) as [number, number]
        const bits = word === 'decimal' ? decimalBits(precision) : word === 'decimal128' ? 128 : 256
        if (precision < 1 || precision > (bits === 128 ? 38 : 76)) this.#fail(`its precision is not in 1 to ${bits === 128 ? 38 : 76}`)
        if (Math.abs(scale) > precision) this.#fail('its scale is larger than its precision')
        return { kind: 'decimal', bits, precision, scale }
      }
      case 'list': {
        this.#match(/\s*<\s*/y)
        const item = this.#type(depth + 1)
        this.#match(/\s*>/y)
        return { kind: 'list', item }
      }
      case 'struct':
        return this.#struct(depth)
      default:
        return this.#fail()
    }
  }

  #struct(depth: number): ParsedType {
    const children: StructChild[] = []
    const names = new Set<string>()
    this.#match(/\s*<\s*/y)
    while (this.#text[this.#at] !== '>') {
      if (children.length > 0) this.#match(/\s*,\s*/y)
      const quoted = this.#text[this.#at] === '"'
      const written = quoted ? this.#match(/"(?:[^"\\]|\\.)*"/y) : this.#match(/[^\s,:<>()"]+/y)
      const name: string = quoted ? this.#unquote(written) : written
      if (names.has(name)) this.#fail(`it has two fields '${name}'`)
      names.add(name)
      this.#match(/\s*:\s*/y)
      children.push({ name, type: this.#type(depth + 1) })
      this.#match(/\s*/y)
    }
    this.#at++
    return { kind: 'struct', children }
  }

  #unquote(text: string): string {
    try {
      return JSON.parse(text) as string
    } catch {
      return this.#fail()
    }
  }

  #unit(pattern: RegExp): TimeUnit {
    return this.#match(pattern).replace(/[()\s]/g, '') as TimeUnit
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text)
    if (!found) return this.#fail()
    this.#at += found[0].length
    return found[0]
  }

  #fail(why = `it is not understood from character ${this.#at + 1} on`): never {
    throw new PluginError('invalid-data', `'${this.#text.slice(0, 200)}' is not a type of column: ${why}`, {
      hint: "Types are written as in Arrow: 'int64', 'float64', 'utf8', 'timestamp(us, UTC)', 'decimal(38, 10)', 'list<utf8>'.",
    })
  }
}
