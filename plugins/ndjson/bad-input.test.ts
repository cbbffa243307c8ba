import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PluginError } from '@cardcage/plugin'
import { readBytes } from './test/formats.ts'

const chunks = [1, 7, 65536]

test('data without a record is an error', async () => {
  for (const [text, message] of [
    ['', 'x is empty'],
    ['\ufeff\n \r\n', 'x is empty'],
    ['[1]\n', 'No line of x is a JSON object'],
  ] as const) {
    await assert.rejects(
      readBytes(text, { name: 'x' }),
      (error) => PluginError.is(error) && error.code === 'invalid-data' && error.message === message,
    )
  }
})

test('lines that are no objects, no JSON, or write a key twice are rejects with their place', async () => {
  const bad = [
    '[1,2]',
    '"x"',
    '3',
    'null',
    '{"a":',
    '{"a":1}{"a":2}',
    '{"a":1,"a":2}',
    '{"a":{"b":1,"b":1}}',
    "{'a':1}",
    '{"a":01}',
    '{"a":NaN}',
    '\0',
    '{"a":"x\ty"}',
  ]
  const text = `{"a":1}\n${bad.join('\n')}\r\n{"a":2}`
  for (const chunk of chunks) {
    const { rows, rejects } = await readBytes(text, { chunk })
    assert.deepEqual(rows, [{ a: 1n }, { a: 2n }])
    assert.deepEqual(
      rejects.map(({ record, line }) => [record, line]),
      bad.map((_, i) => [i + 2, i + 2]),
    )
    for (const { bytes, raw } of rejects) assert.equal(text.slice(...bytes), raw)
  }
})

test('colons, quotes and brackets inside texts do not count as keys', async () => {
  const text = '{"a:b":"{:\\":","c":"[","d":"\\\\"}\n'
  assert.deepEqual((await readBytes(text)).rows, [{ 'a:b': '{:":', c: '[', d: '\\' }])
})

test('a line that is not UTF-8 is a reject with its byte', async () => {
  const data = Buffer.concat([Buffer.from('{"a":"é"}\n'), Buffer.from('{"a":"\xe9"}\n', 'latin1'), Buffer.from('{"a":"z"}\n')])
  for (const chunk of chunks) {
    const { rows, rejects } = await readBytes(data, { chunk })
    assert.deepEqual(rows, [{ a: 'é' }, { a: 'z' }])
    assert.deepEqual(rejects, [{ record: 2, line: 2, bytes: [11, 20], reason: 'not UTF-8 at byte 17', raw: '{"a":"\ufffd"}' }])
  }
})

test('half a character of UTF-16 fits no text', async () => {
  const { rejects, rows } = await readBytes('{"a":"x"}\n{"a":"\\ud800"}\n')
  assert.deepEqual(rows, [{ a: 'x' }])
  assert.equal(rejects[0]!.column, 'a')
})

test('a line of 20 MiB is a reject with its bytes, and read where the param allows it', async () => {
  const big = 'x'.repeat(20 * 2 ** 20)
  const text = `{"a":"s"}\n{"a":"${big}"}\r\n{"a":"t"}\n[]\n`
  const { rows, rejects } = await readBytes(text)
  assert.deepEqual(rows, [{ a: 's' }, { a: 't' }])
  assert.deepEqual(
    rejects.map(({ record, line, bytes }) => [record, line, bytes]),
    [
      [2, 2, [10, 10 + big.length + 8]],
      [4, 4, [text.length - 3, text.length - 1]],
    ],
  )
  assert.equal(rejects[0]!.raw!.length, 1024)
  const all = await readBytes(text, { params: { max_record_bytes: 32 * 2 ** 20 } })
  assert.deepEqual(
    all.rows.map(({ a }) => (a as string).length),
    [1, big.length, 1],
  )
})

test('too long a line is found alike inside a window and across windows', async () => {
  for (const length of [1024, 1025, 3 * 2 ** 20]) {
    for (const end of ['\n', '\r\n']) {
      const long = `{"a":"${'x'.repeat(length - 8)}"}`
      const text = [`{"a":"1"}`, long, `{"a":"2"}`, ''].join(end)
      const { rows, rejects } = await readBytes(text, { params: { max_record_bytes: 1024 } })
      assert.equal(rows.length, length > 1024 ? 2 : 3)
      assert.deepEqual(
        rejects.map(({ record, line, bytes }) => [record, line, text.slice(...bytes) === long]),
        length > 1024 ? [[2, 2, true]] : [],
      )
    }
  }
})

test('nesting without end is a reject', async () => {
  const deep = `{"a":${'['.repeat(200_000)}${']'.repeat(200_000)}}`
  const { rows, rejects } = await readBytes(`{"b":1}\n${deep}\n{"b":{"c":${'['.repeat(900)}${']'.repeat(900)}}}\n`)
  assert.equal(rejects.length, 1)
  assert.match(rejects[0]!.reason, /nested deeper/)
  assert.equal(rows.length, 2)
})

test('random bytes never crash: chunks do not matter, and rejects lie one after the other', async () => {
  const pieces = [
    '{',
    '}',
    '[',
    ']',
    '"',
    ':',
    ',',
    '\n',
    '\r\n',
    '\\',
    '1',
    '1.5',
    '{"a":1}',
    '{"a":"x","b":[1]}\n',
    'null',
    ' ',
    '\0',
    '\u00ff',
  ]
  let state = 1
  const random = (below: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
  for (let run = 0; run < 200; run++) {
    const body = Array.from({ length: random(60) }, () => pieces[random(pieces.length)]!).join('')
    const data = Buffer.from(`{"a":1}\n${body}`, run % 2 ? 'latin1' : 'utf8')
    const [small, large] = [await readBytes(data, { chunk: 1 }), await readBytes(data)]
    assert.deepEqual(small.rejects, large.rejects)
    assert.deepEqual(small.rows, large.rows)
    let last = 0
    for (const {
      bytes: [from, to],
    } of large.rejects) {
      assert.ok(from >= last && to > from && to <= data.length)
      last = to
    }
    const records = data
      .toString('latin1')
      .split('\n')
      .filter((line) => /[^ \t\r]/.test(line)).length
    assert.equal(large.rows.length + large.rejects.length, records)
  }
})
