import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lines, PluginError } from '@cardcage/plugin'

async function linesOf(...chunks: readonly (string | number[])[]): Promise<string[]> {
  const all: string[] = []
  const stream = async function* () {
    for (const chunk of chunks) yield typeof chunk === 'string' ? Buffer.from(chunk) : Uint8Array.from(chunk)
  }
  for await (const batch of lines({ name: 'test.txt', stream })) {
    assert.ok(batch.length > 0, 'no batch is empty')
    all.push(...batch)
  }
  return all
}

test('line ends are taken off; a last line needs none', async () => {
  assert.deepEqual(await linesOf('a\nb\r\nc'), ['a', 'b', 'c'])
  assert.deepEqual(await linesOf('a\n'), ['a'])
  assert.deepEqual(await linesOf('\n\r\n\n'), ['', '', ''])
  assert.deepEqual(await linesOf('a\rb\nc\r'), ['a\rb', 'c\r'], 'a return alone ends no line')
})

test('an empty source has no lines', async () => {
  assert.deepEqual(await linesOf(), [])
  assert.deepEqual(await linesOf(''), [])
  assert.deepEqual(await linesOf([0xef, 0xbb, 0xbf]), [])
})

test('a BOM is dropped at the beginning only', async () => {
  assert.deepEqual(await linesOf([0xef], [0xbb], [0xbf, 0x61]), ['a'])
  assert.deepEqual(await linesOf('a\n\ufeffb'), ['a', '\ufeffb'])
})

test('chunks may be cut at every byte', async () => {
  const text = '\ufeffGrüße\r\n日本 😀\n\r\nlast 😀'
  const bytes = Buffer.from(text)
  for (let cut = 0; cut <= bytes.length; cut++) {
    assert.deepEqual(
      await linesOf([...bytes.subarray(0, cut)], [...bytes.subarray(cut)]),
      ['Grüße', '日本 😀', '', 'last 😀'],
      `cut at ${cut}`,
    )
  }
  assert.deepEqual(await linesOf(...Array.from(bytes, (byte) => [byte])), ['Grüße', '日本 😀', '', 'last 😀'])
})

test('a source may use its chunk again for the next one', async () => {
  const stream = async function* () {
    const chunk = Buffer.alloc(3)
    for (const part of ['one', '\ntw', 'o\nt']) {
      chunk.write(part)
      yield chunk
    }
  }
  const all: string[] = []
  for await (const batch of lines({ name: 'again', stream })) all.push(...batch)
  assert.deepEqual(all, ['one', 'two', 't'])
})

test('a line longer than many chunks arrives whole', async () => {
  const long = 'x'.repeat(3_000_000)
  assert.deepEqual(
    (await linesOf(`${long}\n${long}`, 'y\n')).map((line) => line.length),
    [3_000_000, 3_000_001],
  )
})

test('what is not UTF-8 is refused with the byte it begins at', async () => {
  const cases: readonly (readonly [chunks: number[][], offset: number])[] = [
    [[[0x61, 0x0a, 0xff]], 2],
    [[[0x61, 0x0a], [0x62, 0xc3], [0x0a]], 3],
    [[[0xe2, 0x82]], 0],
    [[[0x61, 0xed, 0xa0, 0x80, 0x0a]], 1],
    [[[0xc0, 0x80, 0x0a]], 0],
    [
      [
        [0xef, 0xbb, 0xbf, 0x61],
        [0x0a, 0xf5],
      ],
      5,
    ],
    [[[...Buffer.from('é😀日\n'), 0xf0, 0x9f, 0x98, 0x0a]], 10],
  ]
  for (const [chunks, offset] of cases) {
    await assert.rejects(linesOf(...chunks), (error: unknown) => {
      assert.ok(PluginError.is(error))
      assert.equal(error.code, 'invalid-data')
      assert.deepEqual(error.details, { offset })
      assert.match(error.message, new RegExp(`^test\\.txt .* offset ${offset}$`))
      return true
    })
  }
})

test('lines before the damage are given first', async () => {
  const seen: string[] = []
  const stream = async function* () {
    yield Buffer.from('good\n')
    yield Uint8Array.of(0xff, 0x0a)
  }
  await assert.rejects(async () => {
    for await (const batch of lines({ name: 'x', stream })) seen.push(...batch)
  })
  assert.deepEqual(seen, ['good'])
})
