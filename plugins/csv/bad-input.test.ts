import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PluginError } from '@cardcage/plugin'
import { bytesSource, formats, openReader, readBytes, testCall } from './test/formats.ts'

const chunks = [1, 7, 65536]
const encode = (text: string): Uint8Array => new TextEncoder().encode(text)
const slice = (data: Uint8Array, [from, to]: readonly [number, number]): string => new TextDecoder().decode(data.subarray(from, to))

function fails(code: string, message: RegExp) {
  return (error: unknown): boolean => {
    assert.ok(PluginError.is(error), String(error))
    assert.equal(error.code, code)
    assert.match(error.message, message)
    assert.ok(error.hint)
    return true
  }
}

for (const [what, bytes] of [
  ['nothing', ''],
  ['a byte order mark', '\ufeff'],
  ['empty lines', '\n\r\n\n'],
] as const) {
  test(`data of ${what} is empty`, async () => {
    for (const chunk of chunks) await assert.rejects(readBytes(bytes, { chunk, name: 'x.csv' }), fails('invalid-data', /^x\.csv is empty$/))
  })
}

test('a header alone gives text columns and no table', async () => {
  for (const text of ['a,b', 'a,b\n', '\ufeffa,b\r\n']) {
    const { schema, tables } = await readBytes(text)
    assert.deepEqual(schema, [
      { name: 'a', type: 'utf8' },
      { name: 'b', type: 'utf8' },
    ])
    assert.equal(tables.length, 0)
  }
})

test('records with too few or too many cells are rejected with record, line and bytes', async () => {
  const data = encode('a,b\n1,2\n\n3\n"x\ny",4\n5,6,7\n8,9')
  for (const chunk of chunks) {
    const { rows, rejects } = await readBytes(data, { chunk })
    assert.deepEqual(
      rows.map(({ b }) => b),
      [2n, 4n, 9n],
    )
    assert.deepEqual(
      rejects.map(({ record, line, reason, raw }) => ({ record, line, reason, raw })),
      [
        { record: 2, line: 4, reason: '1 cells, 2 expected', raw: '3' },
        { record: 4, line: 7, reason: '3 cells, 2 expected', raw: '5,6,7' },
      ],
    )
    for (const reject of rejects) assert.equal(slice(data, reject.bytes), reject.raw)
  }
})

test('line ends are LF, CRLF and CR; a byte order mark is no part of the first name', async () => {
  for (const chunk of chunks) {
    for (const end of ['\n', '\r\n', '\r']) {
      for (const last of ['', end]) {
        const { rows, rejects, schema } = await readBytes(`\ufeffa,b${end}1,x${end}2,y${last}`, { chunk })
        assert.deepEqual(
          schema.map(({ name }) => name),
          ['a', 'b'],
        )
        assert.deepEqual(rows, [
          { a: 1n, b: 'x' },
          { a: 2n, b: 'y' },
        ])
        assert.deepEqual(rejects, [])
      }
    }
  }
})

test('line ends, delimiters and doubled quotes inside quotes are text', async () => {
  for (const chunk of chunks) {
    const { rows } = await readBytes('"a\nb",c\r\n"one\r\ntwo, ""three""",1\r\n"""","2"\r\nsay "hi",3\r\n', { chunk })
    assert.deepEqual(rows, [
      { 'a\nb': 'one\r\ntwo, "three"', c: 1n },
      { 'a\nb': '"', c: 2n },
      { 'a\nb': 'say "hi"', c: 3n },
    ])
  }
})

test('a quote that is never closed is a reject at its line; what was before stays', async () => {
  const data = encode('a,b\n1,x\n2,"y\n3,z\n')
  for (const chunk of chunks) {
    const { rows, rejects } = await readBytes(data, { chunk })
    assert.deepEqual(rows, [{ a: 1n, b: 'x' }])
    assert.deepEqual(rejects, [
      { record: 2, line: 3, bytes: [8, 17], reason: 'the quote opened on line 3 is never closed', raw: '2,"y\n3,z\n' },
    ])
  }
})

test('text after a closing quote is a reject', async () => {
  const { rows, rejects } = await readBytes('a,b\n"x"y,1\nz,2\n')
  assert.deepEqual(rows, [{ a: 'z', b: 2n }])
  assert.equal(rejects[0]!.line, 2)
  assert.match(rejects[0]!.reason, /after a closing quote/)
})

test('records that are not UTF-8 are rejected with the byte; in the header it is an error', async () => {
  const data = Buffer.from('name,n\nZoë,1\nZo\xeb,2\nAnn,3\n', 'latin1')
  const good = Buffer.concat([encode('name,n\nZoë,1\n'), Buffer.from('Zo\xeb,2\nAnn,3\n', 'latin1')])
  for (const chunk of chunks) {
    const { rows, rejects } = await readBytes(good, { chunk })
    assert.deepEqual(rows, [
      { name: 'Zoë', n: 1n },
      { name: 'Ann', n: 3n },
    ])
    assert.deepEqual(rejects, [{ record: 2, line: 3, bytes: [14, 19], reason: 'not UTF-8 at byte 16', raw: 'Zo\ufffd,2' }])
    assert.deepEqual(
      (await readBytes(data, { chunk })).rejects.map(({ record }) => record),
      [1, 2],
    )
  }
  await assert.rejects(
    readBytes(Buffer.from('na\xefme,n\n1,2\n', 'latin1'), { name: 'x.csv' }),
    fails('invalid-data', /line 1 of x\.csv, is not UTF-8 at byte 2/),
  )
  await assert.rejects(readBytes(Buffer.from('\ufeffa,b\n', 'utf16le'), { name: 'x.csv' }), fails('invalid-data', /UTF-16/))
})

test('NUL and other control bytes are text', async () => {
  const { rows } = await readBytes('a,b\n\0x\u0001,1\n\0,2\n')
  assert.deepEqual(rows, [
    { a: '\0x\u0001', b: 1n },
    { a: '\0', b: 2n },
  ])
})

test('a cell of 20 MiB is a reject with its bytes, and read where the param allows it', async () => {
  const big = 'x'.repeat(20 * 2 ** 20)
  const data = encode(`a,b\n1,s\n2,"${big}"\n3,t\n`)
  const { rows, rejects } = await readBytes(data)
  assert.deepEqual(rows, [
    { a: 1n, b: 's' },
    { a: 3n, b: 't' },
  ])
  assert.equal(rejects.length, 1)
  const [{ record, line, bytes, reason, raw }] = rejects as [(typeof rejects)[0]]
  assert.deepEqual([record, line, bytes], [2, 3, [8, data.length - 5]])
  assert.match(reason, /max_record_bytes/)
  assert.equal(raw!.length, 1024)
  const all = await readBytes(data, { params: { max_record_bytes: 32 * 2 ** 20 } })
  assert.deepEqual(all.rejects, [])
  assert.deepEqual(
    all.rows.map(({ a }) => a),
    [1n, 2n, 3n],
  )
  assert.ok(all.rows[1]!['b'] === big)
})

test('too long a record is found alike inside a window and across windows', async () => {
  for (const length of [1024, 1025, 3 * 2 ** 20]) {
    for (const end of ['\n', '\r\n']) {
      const long = `"${'q""\n'.repeat(Math.floor(length / 4) - 1).padEnd(length - 4, 'z')}",1`
      const data = encode(`a,b${end}${long}${end}z,2${end}`)
      const { rows, rejects } = await readBytes(data, { params: { max_record_bytes: 1024 } })
      assert.deepEqual(rows.at(-1), { a: 'z', b: 2n })
      assert.equal(rows.length, length <= 1024 ? 2 : 1, `${length}`)
      if (length > 1024) {
        assert.equal(slice(data, rejects[0]!.bytes), long)
        assert.equal(rejects[0]!.line, 2)
      }
    }
  }
})

test('lines are counted on after records that were skipped', async () => {
  const long = `"${'x\n'.repeat(2 ** 20)}",1`
  const { rejects } = await readBytes(`a,b\r\n${long}\r\n1\r\n`, { params: { max_record_bytes: 4096 } })
  assert.deepEqual(
    rejects.map(({ record, line }) => [record, line]),
    [
      [1, 2],
      [2, 3 + 2 ** 20],
    ],
  )
})

test('an unclosed quote over a long rest is a reject of all of it', async () => {
  const data = encode(`a,b\n1,"${'x\n'.repeat(2 ** 20)}`)
  const { rejects, rows } = await readBytes(data, { params: { max_record_bytes: 4096 } })
  assert.equal(rows.length, 0)
  assert.deepEqual(rejects[0]!.bytes, [4, data.length])
  assert.match(rejects[0]!.reason, /quote opened on line 2 is never closed/)
})

test('two columns of one name are refused with both places', async () => {
  await assert.rejects(
    readBytes('a,b,c,b\n1,2,3,4\n', { name: 'x.csv' }),
    fails('invalid-data', /two columns named 'b': column 2 and column 4/),
  )
})

test('columns without a name are numbered', async () => {
  const { schema } = await readBytes('a,, ,"d"\n1,2,3,4\n')
  assert.deepEqual(
    schema.map(({ name }) => name),
    ['a', 'col_2', 'col_3', 'd'],
  )
})

test('an error of the source comes out, and the source is closed when the reader is left', async () => {
  const failing = { ...bytesSource(encode('')), stream: () => bytesThenError() }
  async function* bytesThenError(): AsyncGenerator<Uint8Array> {
    yield encode('a\n1\n')
    throw new PluginError('unavailable', 'the disk is gone')
  }
  const want = {
    batchRows: 10,
    batchBytes: 1000,
    params: { ...(formats['csv']!.params!['~standard'].validate({}) as { value: object }).value },
  }
  await assert.rejects(async () => formats['csv']!.read!(failing, want, testCall({})), fails2('unavailable'))
  let closed = false
  const source = bytesSource(encode(`a\n${'1\n'.repeat(2 ** 21)}`))
  const watched = {
    ...source,
    async *stream() {
      try {
        yield* source.stream()
      } finally {
        closed = true
      }
    },
  }
  for await (const table of await formats['csv']!.read!(watched, want, testCall({}))) {
    assert.ok(table.numRows <= 10)
    break
  }
  assert.ok(closed)
})

function fails2(code: string) {
  return (error: unknown): boolean => PluginError.is(error) && error.code === code
}

test('a caller that stops at the first reject gets its own error', async () => {
  const call = testCall({
    reject: ({ record }) => {
      throw new PluginError('invalid-data', `stop at ${record}`)
    },
  })
  const tables = await openReader(encode('a,b\n1,2\n3\n'), {}, call)
  await assert.rejects(async () => {
    for await (const _ of tables);
  }, /stop at 2/)
})

test('a cancelled call stops', async () => {
  const signal = AbortSignal.abort()
  const tables = await openReader(encode('a\n1\n'), {}, testCall({ signal }))
  await assert.rejects(
    async () => {
      for await (const _ of tables);
    },
    { name: 'AbortError' },
  )
})
