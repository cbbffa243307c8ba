import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readBytes } from './test/formats.ts'

/** An independent, simple parser: character by character, all of the text at once; `null` for an empty cell without quotes. */
function parseSimply(text: string): (string | null)[][] {
  const records: (string | null)[][] = []
  let cell: string | null = null
  let record: (string | null)[] = []
  let i = 0
  while (i < text.length) {
    if (cell === null && text[i] === '"') {
      cell = ''
      for (i++; text[i] !== '"' || text[i + 1] === '"'; i++) {
        if (text[i] === '"') i++
        cell += text[i]
      }
      i++
    } else if (text[i] === ',') {
      record.push(cell)
      cell = null
      i++
    } else if (text[i] === '\n' || text[i] === '\r') {
      i += text.startsWith('\r\n', i) ? 2 : 1
      records.push([...record, cell])
      record = []
      cell = null
    } else cell = (cell ?? '') + text[i++]
  }
  if (record.length > 0 || cell !== null) records.push([...record, cell])
  return records
}

/** @see mulberry32, T. Ettinger */
function randomNumbers(seed: number): (below: number) => number {
  return (below) => {
    seed = (seed + 0x6d2b79f5) | 0
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * below)
  }
}

const pieces = [
  'a',
  'ß',
  '漢',
  '😀',
  '""',
  ',',
  '\n',
  '\r\n',
  '\r',
  ' ',
  '\t',
  '0',
  '7',
  '-',
  '\ufeff',
  'long text that is longer than a word',
]

function randomCell(random: (below: number) => number): string {
  if (random(4) === 0) return ''
  const content = Array.from({ length: random(5) }, () => pieces[random(pieces.length)]!).join('')
  return /[,"\r\n]/.test(content) || random(3) === 0 || content === '' ? `"${content}"` : content
}

test('random text reads as an independent parser reads it, however its bytes are cut', async () => {
  for (let seed = 1; seed <= 60; seed++) {
    const random = randomNumbers(seed)
    const width = 2 + random(4)
    const ends = ['\n', '\r\n', '\r']
    const records = Array.from({ length: random(40) }, () => Array.from({ length: width }, () => randomCell(random)).join(','))
    const names = Array.from({ length: width }, (_, i) => `c${i}`)
    const text = [names.join(','), ...records].map((record) => record + ends[random(3)]).join('')
    const expected = parseSimply(text).slice(1)
    const schema = names.map((name) => ({ name, type: 'utf8' }))
    for (const chunk of [1, 7, 65536]) {
      const { rows, rejects } = await readBytes(text, { chunk, schema, batchRows: 1 + random(20) })
      assert.deepEqual(rejects, [], `seed ${seed}`)
      assert.deepEqual(
        rows.map((row) => names.map((name) => row[name])),
        expected,
        `seed ${seed}, chunk ${chunk}`,
      )
    }
  }
})

test('random bytes never crash: every record is a row or a reject, and the rejects lie one after the other', async () => {
  const bytes = [34, 34, 44, 10, 13, 48, 97, 0, 0xc3, 0xa9, 0xff, 32]
  for (let seed = 1; seed <= 200; seed++) {
    const random = randomNumbers(seed)
    const body = Uint8Array.from({ length: random(400) }, () => bytes[random(bytes.length)]!)
    const data = Buffer.concat([Buffer.from('a,b\n'), body])
    const [small, large] = [await readBytes(data, { chunk: 1 }), await readBytes(data)]
    assert.deepEqual(small.rejects, large.rejects, `seed ${seed}`)
    assert.deepEqual(small.rows, large.rows)
    let last = 4
    for (const {
      bytes: [from, to],
      record,
    } of large.rejects) {
      assert.ok(from >= last && to >= from && to <= data.length && record >= 1, `seed ${seed}`)
      last = to
    }
  }
})

test('random numbers are read to the last bit', async () => {
  const random = randomNumbers(7)
  const view = new DataView(new ArrayBuffer(8))
  const doubles: number[] = []
  const wholes: bigint[] = []
  while (doubles.length < 4000) {
    view.setUint32(0, random(2 ** 32))
    view.setUint32(4, random(2 ** 32))
    const value = view.getFloat64(0)
    wholes.push(view.getBigInt64(0) >> BigInt(random(64)))
    doubles.push(Number.isFinite(value) ? value : random(1e9) / 1000)
  }
  const written = doubles.map((value, i) => [String(value), value.toPrecision(1 + (i % 21)), value.toExponential(i % 20)])
  const text = `s,p,e,i\n${written.map((cells, i) => `${cells.join(',')},${wholes[i]}`).join('\n')}\n`
  const schema = ['s', 'p', 'e'].map((name) => ({ name, type: 'float64' }))
  const { rows } = await readBytes(text, { schema: [...schema, { name: 'i', type: 'int64' }] })
  for (const [i, row] of rows.entries()) {
    assert.deepEqual(row, { s: doubles[i], p: Number(written[i]![1]), e: Number(written[i]![2]), i: wholes[i] })
  }
  assert.equal(rows.length, 4000)
})
