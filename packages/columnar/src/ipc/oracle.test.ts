// Against flechette, an independent implementation of the format, in both directions, for the types it has.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readFile, readStream, writeFile, writeStream } from '@cardcage/columnar'
import { parseType } from '@cardcage/plugin/internal'
import { reader, type DataType } from '@cardcage/plugin'
import * as flechette from '@uwdata/flechette'
import { gather, sourceOf } from '../../test/bytes.ts'
import { samples, shapes, types } from '../../test/samples.ts'

type Parsed = ReturnType<typeof parseType>
const exact = { useBigInt: true, useDecimalInt: true } as const

/** A value as flechette gives it when asked to be exact: times as numbers, decimals unscaled. */
function asFlechette(type: Parsed, value: unknown): unknown {
  if (value === null) return null
  switch (type.kind) {
    case 'date':
      return (value as Date).getTime()
    case 'timestamp':
      return value instanceof Date ? value.getTime() : Number(value) / (type.unit === 'us' ? 1e3 : 1e6)
    case 'decimal':
      return BigInt((value as string).replace('.', ''))
    case 'list':
      return (value as unknown[]).map((item) => asFlechette(type.item, item))
    case 'struct':
      return Object.fromEntries(
        type.children.map(({ name, type: inner }) => [name, asFlechette(inner, (value as Record<string, unknown>)[name])]),
      )
    default:
      return value
  }
}

/** Typed arrays and flechette's own row objects as plain ones. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return value
  if (ArrayBuffer.isView(value)) return Array.from(value as unknown as ArrayLike<unknown>, plain)
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value === 'object' && value) return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]))
  return value
}

for (const type of types) {
  test(`flechette reads our ${type}`, async () => {
    const tables = Object.values(shapes).map((shape) => shape(type))
    const parsed = parseType(type)
    const expected = tables.flatMap((t) => [...t.column('x')].map((value) => asFlechette(parsed, value)))
    for (const bytes of [
      await gather(writeStream(reader(tables[0]!.schema, tables))),
      await gather(writeFile(reader(tables[0]!.schema, tables))),
    ]) {
      assert.deepEqual(plain(flechette.tableFromIPC(bytes, exact).getChildAt(0).toArray()), plain(expected))
    }
  })
}

/** The type of flechette for those types whose values it can build from values like ours. */
function flechetteType(type: Parsed): flechette.DataType | undefined {
  const units = { s: 0, ms: 1, us: 2, ns: 3 } as const
  switch (type.kind) {
    case 'null':
      return flechette.nullType()
    case 'bool':
      return flechette.bool()
    case 'utf8':
      return flechette.utf8()
    case 'binary':
      return flechette.binary()
    case 'int':
      return flechette.int(type.bits, type.signed)
    case 'float':
      return type.bits === 64 ? flechette.float64() : type.bits === 32 ? flechette.float32() : undefined
    case 'fixed_size_binary':
      return flechette.fixedSizeBinary(type.width)
    case 'date':
      return type.bits === 32 ? flechette.dateDay() : flechette.dateMillisecond()
    case 'time':
      return flechette.time(units[type.unit])
    case 'timestamp':
      return type.unit === 'ns' ? undefined : flechette.timestamp(units[type.unit], type.timezone ?? null)
    case 'duration':
      return flechette.duration(units[type.unit])
    case 'decimal':
      return flechette.decimal(type.precision, type.scale, type.bits)
    case 'list': {
      const item = flechetteType(type.item)
      return item && flechette.list(item)
    }
    case 'struct': {
      const children = type.children.map((child) => [child.name, flechetteType(child.type)] as const)
      return children.some(([, inner]) => !inner)
        ? undefined
        : flechette.struct(Object.fromEntries(children) as Record<string, flechette.DataType>)
    }
  }
}

function forFlechette(type: Parsed, value: unknown): unknown {
  if (value === null) return null
  if (type.kind === 'timestamp') return value instanceof Date ? value : Number(value) / 1e3
  if (type.kind === 'decimal') return BigInt((value as string).replace('.', ''))
  if (type.kind === 'list') return (value as unknown[]).map((item) => forFlechette(type.item, item))
  if (type.kind === 'struct')
    return Object.fromEntries(
      type.children.map(({ name, type: inner }) => [name, forFlechette(inner, (value as Record<string, unknown>)[name])]),
    )
  return value
}

for (const type of types) {
  const parsed = parseType(type)
  const theirs = flechetteType(parsed)
  if (!theirs) continue
  test(`we read flechette's ${type}`, async () => {
    const values: readonly unknown[] = samples[type] ?? [null]
    const given = Array.from({ length: 20 }, (_, i) => (i % 3 === 1 ? null : values[i % values.length]))
    for (const format of ['stream', 'file'] as const) {
      const made = flechette.tableFromColumns({
        x: flechette.columnFromArray(
          given.map((value) => forFlechette(parsed, value)),
          theirs,
          { maxBatchRows: 7 },
        ),
      })
      const bytes = flechette.tableToIPC(made, { format })!
      const read = format === 'stream' ? await readStream(sourceOf(bytes)) : await readFile(sourceOf(bytes, { readAt: true }))
      assert.deepEqual(
        read.schema.map((field) => field.type),
        [type],
      )
      const tables = await Array.fromAsync(read)
      assert.equal(tables.length, 3)
      assert.deepEqual(
        tables.flatMap((t) => [...t.column('x')]),
        given,
      )
    }
  })
}

test('what tables here do not have is refused by name', async () => {
  const cases: readonly (readonly [DataType, flechette.DataType, unknown[]])[] = [
    ['dictionary-encoded', flechette.dictionary(flechette.utf8()), ['a', 'b', 'a']],
    ['large_utf8', flechette.largeUtf8(), ['a']],
    ['map', flechette.map(flechette.utf8(), flechette.int32()), [[['a', 1]]]],
    ['fixed_size_list', flechette.fixedSizeList(flechette.int32(), 2), [[1, 2]]],
  ]
  for (const [what, type, values] of cases) {
    const bytes = flechette.tableToIPC(flechette.tableFromColumns({ odd: flechette.columnFromArray(values, type) }), { format: 'stream' })!
    await assert.rejects(readStream(sourceOf(bytes)), { name: 'PluginError', code: 'unsupported', message: new RegExp(`'odd' is ${what}`) })
  }
})
