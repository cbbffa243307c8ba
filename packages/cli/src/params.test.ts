import assert from 'node:assert/strict'
import { test } from 'node:test'
import { columnsOf, paramsOf } from './params.ts'

test('values stay strings, dots nest, a key given again makes a list', () => {
  const params = paramsOf(['degree=2', 'axis.x.log=true', 'axis.y=a=b', 'tag=a', 'tag=b', 'tag=c', 'empty='])
  assert.deepEqual(params, { degree: '2', axis: { x: { log: 'true' }, y: 'a=b' }, tag: ['a', 'b', 'c'], empty: '' })
})

const refused: readonly (readonly [pairs: readonly string[], hint: string])[] = [
  [['degree'], 'For example: -p name=value'],
  [['=2'], 'For example: -p name=value'],
  [['a..b=1'], 'Dots nest: -p axis.log=true.'],
  [['__proto__.x=1'], 'Dots nest: -p axis.log=true.'],
  [['a.__proto__=1'], 'Dots nest: -p axis.log=true.'],
  [['a=1', 'a.b=2'], 'Write either -p a=… or -p a.b=….'],
  [['a.b=1', 'a=2'], 'Write either -p a=… or -p a.b=….'],
  [['c.a=1', 'c.a.b.d=2'], 'Write either -p c.a=… or -p c.a.b=….'],
]

for (const [pairs, hint] of refused) {
  test(`${pairs.join(' and ')} is refused`, () => {
    assert.throws(() => paramsOf(pairs), { name: 'UsageError', hint })
    assert.equal(({} as { x?: unknown }).x, undefined)
  })
}

test('a role given again takes several columns; a name may hold = and dots', () => {
  assert.deepEqual(columnsOf(['x=year', 'y=a', 'y=b', 'reference.value=p.q=r']), { x: 'year', y: ['a', 'b'], 'reference.value': 'p.q=r' })
  assert.throws(() => columnsOf(['x']), { name: 'UsageError' })
})
