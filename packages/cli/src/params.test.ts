import assert from 'node:assert/strict'
import { test } from 'node:test'
import { columnsOf, paramsOf } from './params.ts'

test('values stay strings, dots nest, a key given again makes a list', () => {
  const params = paramsOf(['degree=2', 'axis.x.log=true', 'axis.y=a=b', 'tag=a', 'tag=b', 'tag=c', 'empty='])
  assert.deepEqual(params, { degree: '2', axis: { x: { log: 'true' }, y: 'a=b' }, tag: ['a', 'b', 'c'], empty: '' })
})

for (const pairs of [['degree'], ['=2'], ['a..b=1'], ['__proto__.x=1'], ['a.__proto__=1'], ['a=1', 'a.b=2'], ['a.b=1', 'a=2']]) {
  test(`${pairs.join(' and ')} is refused`, () => {
    assert.throws(() => paramsOf(pairs), { name: 'UsageError' })
    assert.equal(({} as { x?: unknown }).x, undefined)
  })
}

test('a role given again takes several columns; a name may hold = and dots', () => {
  assert.deepEqual(columnsOf(['x=year', 'y=a', 'y=b', 'reference.value=p.q=r']), { x: 'year', y: ['a', 'b'], 'reference.value': 'p.q=r' })
  assert.throws(() => columnsOf(['x']), { name: 'UsageError' })
})
