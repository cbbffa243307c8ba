import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { execFileSync, spawn } from 'node:child_process'
import { join } from 'node:path'
import test from 'node:test'
import { fileSource } from '@cardcage/kernel'
import { type ByteSource, type Json, type Reader, reader, table } from '@cardcage/plugin'
import { emptyFolder, errorOf, kernelOf, writePlugins } from '../host.ts'

/** A format of lines `a;b`, whose every record with a `!` is a reject. */
const pairs = (name: string, keys: string) => `export default definePlugin({ setup: () => ({ format: { ${name}: format({ ${keys}
  probe: (head) => (new TextDecoder().decode(head).includes(';') ? 0.8 : 0),
  async read(source, { columns, batchRows }, call) {
    const schema = [{ name: 'a', type: 'utf8' }, { name: 'b', type: 'utf8', nullable: true }]
    return reader(schema, (async function* () {
      let record = 0
      for await (const batch of lines(source)) {
        const rows = batch.flatMap((line) => {
          const [a, b] = line.split(';')
          if (!b.includes('!')) return [[a, b]]
          return call.reject({ record: ++record, bytes: [0, 1], column: 'b', reason: 'has a !' }) === 'null' ? [[a, null]] : []
        })
        for (let i = 0; i < rows.length; i += batchRows) {
          const part = rows.slice(i, i + batchRows)
          yield table({ a: part.map(([a]) => a), b: part.map(([, b]) => b) }, schema)
        }
      }
    })(), { schema: 'declared', rows: 4 })
  },
  async *write(tables) {
    for await (const one of tables) for (const row of one) yield new TextEncoder().encode(row.a + ';' + (row.b ?? '') + '\\n')
  } }) } }) })`

function textSource(text: string, name = 'text.pair'): ByteSource {
  const bytes = new TextEncoder().encode(text)
  return {
    name,
    size: bytes.length,
    async *stream(from = 0) {
      yield bytes.subarray(from)
    },
    readAt: (offset, length) => Promise.resolve(bytes.subarray(offset, offset + length)),
  }
}

async function rowsOf(tables: Reader): Promise<Json[]> {
  const rows: Json[] = []
  for await (const one of tables) for (const row of one) rows.push({ ...row } as Json)
  return rows
}

test('a format reads with rejects left out, as null, or failing; in batches, columns and rows that are asked for', async (t) => {
  const kernel = await kernelOf(t, { pairs: { code: pairs('pair', "extensions: ['.pair'],") } })
  const text = 'x;1\ny;2!\nz;3\nw;4\n'
  const read = (request: Parameters<typeof kernel.read>[1] = {}) => kernel.read(textSource(text), request)
  const rejects: unknown[] = []
  const out = await read({ onReject: 'leave out', reject: (one) => rejects.push(one) })
  assert.deepEqual(out.result.found, { schema: 'declared', rows: 4 })
  assert.deepEqual(await rowsOf(out.result), [
    { a: 'x', b: '1' },
    { a: 'z', b: '3' },
    { a: 'w', b: '4' },
  ])
  assert.deepEqual(rejects, [{ record: 1, bytes: [0, 1], column: 'b', reason: 'has a !' }])
  assert.deepEqual((await rowsOf((await read({ onReject: 'null' })).result))[1], { a: 'y', b: null })
  const failing = await errorOf(rowsOf((await read()).result))
  assert.equal(failing.message, "record 1, bytes 0–1, column 'b': has a !")
  const some = await read({ onReject: 'leave out', columns: ['b'], filter: [{ column: 'a', is: '!=', value: 'x' }] })
  assert.deepEqual(await rowsOf(some.result), [{ b: '3' }, { b: '4' }], 'a filter may use a column that is not wanted')
  const sizes: number[] = []
  for await (const one of (await read({ onReject: 'leave out', batchRows: 2 })).result) sizes.push(one.numRows)
  assert.deepEqual(sizes, [2, 1])
  assert.match((await errorOf(read({ columns: ['c'] }))).message, /There is no column 'c'/)
  assert.match((await errorOf(read({ params: { sep: ',' } }))).message, /unknown parameter sep/)
})

test('a format is found by name, by the longest extension, by its first bytes; and writes to what a file is called', async (t) => {
  const kernel = await kernelOf(t, {
    pairs: { code: pairs('pair', "extensions: ['.pair'],") },
    long: { code: pairs('long', "extensions: ['.big.pair'],").replace('0.8', '0.1') },
    'only-writes': {
      code: `export default definePlugin({ setup: () => ({ format: { dump: format({ extensions: ['.dump'], async *write() { yield new Uint8Array([1]) } }) } }) })`,
    },
  })
  const by = async (source: ByteSource, format?: string) => {
    const { result, metadata } = await kernel.read(source, format ? { format } : {})
    await rowsOf(result)
    return metadata.operation
  }
  assert.equal(await by(textSource('x;1\n', '/data/A.PAIR')), 'pair', 'in any case')
  assert.equal(await by(textSource('x;1\n', 'a.big.pair')), 'long')
  assert.equal(await by(textSource('x;1\n', 'a.unknown')), 'pair', 'the one that is surest')
  assert.equal(await by(textSource('x;1\n', 'a.pair'), 'long'), 'long')
  const nobody = await errorOf(kernel.read(textSource('nothing here', 'a.unknown')))
  assert.equal(nobody.code, 'unsupported')
  assert.match(nobody.message, /^a\.unknown: no format plugin knows these bytes/)
  const { readAt: _, ...once } = textSource('x;1\n', 'stdin')
  assert.match((await errorOf(kernel.read(once))).message, /stdin: its format cannot be told from its name/)
  assert.match((await errorOf(kernel.read(textSource('', 'x'), { format: 'dump' }))).message, /dump cannot be read, only written/)

  const tables = () =>
    reader(
      [
        { name: 'a', type: 'utf8' },
        { name: 'b', type: 'utf8' },
      ],
      [table({ a: ['x'], b: ['1'] })],
    )
  const written = async (format: string) => {
    const chunks: Uint8Array[] = []
    for await (const chunk of (await kernel.write(tables(), { format })).result) chunks.push(chunk)
    return Buffer.concat(chunks).toString()
  }
  for (const format of ['pair', 'pairs.format.pair', '.pair', 'out/new.pair']) assert.equal(await written(format), 'x;1\n', format)
  assert.equal((await errorOf(kernel.write(tables(), { format: 'x.nothing' }))).code, 'unsupported')
  assert.equal((await errorOf(kernel.write(tables(), { format: 'piar' }))).hint, 'Did you mean pair?')
})

test('of equal extensions the configured wins, then what is not built in, then the higher version, else it is a conflict', async (t) => {
  const folder = emptyFolder(t)
  const offer = (version: string) => ({ manifest: { version }, code: pairs('pair', "extensions: ['.pair'],") })
  writePlugins(join(folder, 'host'), { 'built-in': offer('9.0.0') })
  writePlugins(join(folder, 'hostile'), { newer: offer('2.0.0'), older: offer('1.5.0') })
  const host = join(folder, 'host')
  const plugins = [host, join(folder, 'hostile')]
  const chosen = async (options: Parameters<typeof kernelOf>[2]) => {
    const kernel = await kernelOf(t, {}, { plugins, builtIn: [host], ...options })
    return (await kernel.read(textSource('x;1\n'))).metadata.slot
  }
  assert.equal(await chosen({}), 'newer')
  assert.equal(await chosen({ slots: { first: { plugin: 'older' } } }), 'first')
  assert.equal(await chosen({ slots: { one: { plugin: 'built-in' }, two: { plugin: 'newer' } } }), 'one')
  assert.equal(await chosen({ plugins: [host] }), 'built-in')
  writePlugins(join(folder, 'twin'), { twin: offer('2.0.0') })
  const error = await errorOf(chosen({ plugins: [...plugins, join(folder, 'twin')] }))
  assert.equal(error.code, 'conflict')
  assert.deepEqual(error.details, { candidates: ['newer.format.pair', 'twin.format.pair'] })
})

test('a file that is missing, a folder, unreadable or a pipe', async (t) => {
  const folder = emptyFolder(t)
  const missing = await errorOf(fileSource(join(folder, 'no.csv')))
  assert.equal(missing.code, 'not-found')
  assert.equal(missing.message, `${join(folder, 'no.csv')} does not exist`)
  mkdirSync(join(folder, 'a.csv'))
  const isFolder = await errorOf(fileSource(join(folder, 'a.csv')))
  assert.equal(isFolder.code, 'invalid-call')
  assert.match(isFolder.message, /is a folder, not a file/)
  writeFileSync(join(folder, 'file'), 'x')
  assert.equal((await errorOf(fileSource(join(folder, 'file', 'below')))).code, 'not-found')

  const pipe = join(folder, 'pipe.pair')
  execFileSync('mkfifo', [pipe])
  const source = await fileSource(pipe)
  assert.equal(source.size, undefined)
  assert.equal(source.readAt, undefined)
  const writer = spawn('/bin/sh', ['-c', `printf 'x;1\\n' > "${pipe}"`])
  const chunks: Uint8Array[] = []
  for await (const chunk of source.stream()) chunks.push(chunk)
  assert.equal(Buffer.concat(chunks).toString(), 'x;1\n')
  await new Promise((resolve) => (writer.exitCode === null ? writer.once('exit', resolve) : resolve(0)))

  const gone = await fileSource(join(folder, 'file'))
  const kernel = await kernelOf(t, { pairs: { code: pairs('pair', "extensions: ['.pair'],") } })
  execFileSync('rm', [join(folder, 'file')])
  const { result } = await kernel.read(gone, { format: 'pair' })
  assert.equal((await errorOf(rowsOf(result))).code, 'not-found', 'a file that vanishes meanwhile')
})

test('a file without permission says so', async (t) => {
  const path = join(emptyFolder(t), 'secret.csv')
  writeFileSync(path, 'a\n', { mode: 0 })
  const error = await asNobody(() => errorOf(fileSource(path)))
  assert.equal(error.code, 'permission-denied')
  assert.equal(error.origin, 'caller')
})

/** Root may read every file: meanwhile be somebody who may not. */
async function asNobody<T>(work: () => Promise<T>): Promise<T> {
  if (process.geteuid?.() !== 0) return await work()
  process.seteuid!(65_534)
  try {
    return await work()
  } finally {
    process.seteuid!(0)
  }
}
