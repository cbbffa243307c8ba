import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import type { LogRecord } from '@cardcage/kernel'
import type { ByteSource } from '@cardcage/plugin'
import { reader, table } from '@cardcage/plugin'
import { errorOf } from '../host.ts'
import { openGuide, rowsOf } from './guide.ts'

const config = { batch_size: 1024, custom_setting: 'value' }
const slots = { words: { plugin: 'my_plugin', config } }
const schema = [
  { name: 'n', type: 'float64' },
  { name: 'word', type: 'utf8' },
]

function bytesOf(text: string): ByteSource {
  return {
    name: 'data.words',
    size: text.length,
    async *stream() {
      yield Buffer.from(text)
    },
  }
}

async function textOf(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  return Buffer.concat(await Array.fromAsync(chunks)).toString()
}

const lines = (count: number) => Array.from({ length: count }, (_, i) => `${i} w${i}\n`).join('')

test('the factory’s metadata says name and extensions', async (t) => {
  const kernel = await openGuide(t, 'distributed-transformer/my_plugin', { slots })
  assert.deepEqual((await kernel.info('words')).provides?.format?.['my_plugin'], {
    description: 'Words, one in a line',
    extensions: ['.words', '.wrd'],
    can: ['read', 'write'],
  })
})

for (const count of [0, 1, 1023, 1024, 1025, 10_240]) {
  test(`what is written with ${count} rows is read again in batches of 1024`, async (t) => {
    const kernel = await openGuide(t, 'distributed-transformer/my_plugin', { slots })
    const n = Float64Array.from({ length: count }, (_, i) => i)
    const whole = table({ n, word: Array.from(n, (i) => `w${i}`) }, schema)
    const { result: bytes } = await kernel.write(reader(schema, count === 0 ? [] : [whole]), { format: 'my_plugin' })
    const text = await textOf(bytes)
    assert.equal(text, lines(count))
    const { result } = await kernel.read(bytesOf(text))
    assert.deepEqual(result.schema, count === 0 ? [] : schema)
    const sizes: number[] = []
    const rows: unknown[] = []
    for await (const batch of result) {
      sizes.push(batch.numRows)
      rows.push(...batch)
    }
    assert.ok(sizes.every((size, i) => size === (i < sizes.length - 1 ? 1024 : count - 1024 * i)))
    assert.equal(sizes.length, Math.ceil(count / 1024))
    assert.deepEqual(rows, [...whole])
  })
}

test('a caller who knows the schema has the bytes streamed', async (t) => {
  const kernel = await openGuide(t, 'distributed-transformer/my_plugin', { slots })
  const named = [schema[0]!, { name: 'mot', type: 'utf8' }]
  const { result } = await kernel.read(bytesOf(lines(2)), { schema: named })
  assert.deepEqual(await rowsOf(result), [
    { n: 0, mot: 'w0' },
    { n: 1, mot: 'w1' },
  ])
})

for (const [name, given, says] of [
  ['no config', undefined, 'Missing plugin config'],
  ['a config of another shape', { batch_size: 'many' }, 'batch_size is many, not an integer'],
] as const) {
  test(`a format made with ${name} is refused in the words of the plugin`, async (t) => {
    const kernel = await openGuide(t, 'distributed-transformer/my_plugin', {
      slots: { words: { plugin: 'my_plugin', ...(given ? { config: given } : {}) } },
    })
    const error = await errorOf(kernel.start('words'))
    assert.equal(error.code, 'invalid-config')
    assert.equal(error.message, says)
  })
}

/** A kernel whose format makes batches of that size; `ended` resolves when the plugin's generator has run its `finally`. */
async function openWatched(t: TestContext, batch_size: number) {
  const ended = Promise.withResolvers<void>()
  let ends = 0
  const onLog = ({ message }: LogRecord) => {
    if (!message.includes('read value')) return
    ends++
    ended.resolve()
  }
  const slots = { words: { plugin: 'my_plugin', config: { ...config, batch_size } } }
  const kernel = await openGuide(t, 'distributed-transformer/my_plugin', { slots, onLog })
  return { kernel, ended: ended.promise, ends: () => ends }
}

test('an error in the place of a batch ends the stream once', { timeout: 20_000 }, async (t) => {
  const { kernel, ended, ends } = await openWatched(t, 2)
  const { result } = await kernel.read(bytesOf(`${lines(2)}!\n${lines(2)}`))
  const batches: number[] = []
  const error = await errorOf(
    (async () => {
      for await (const { numRows } of result) batches.push(numRows)
    })(),
  )
  assert.equal(error.message, 'the line is marked as broken')
  assert.deepEqual(batches, [2])
  await ended
  assert.equal(ends(), 1, 'the generator was ended')
  assert.equal((await rowsOf((await kernel.read(bytesOf(lines(3)))).result)).length, 3, 'the slot goes on')
})

test('leaving a stream that is larger than its window runs the generator’s `finally`', { timeout: 20_000 }, async (t) => {
  const { kernel, ended } = await openWatched(t, 1)
  const { result } = await kernel.read(bytesOf(`0 ${'long'.repeat(20_000)}\n`.repeat(150)))
  for await (const batch of result) {
    assert.equal(batch.numRows, 1)
    break
  }
  await ended
})
