import assert from 'node:assert/strict'
import { test } from 'node:test'
import { resolveDependencies } from './resolve-dependencies.ts'
import type { Dependent } from './resolve-dependencies.ts'

/** `plugin('a', 'b@^1.2', 'c?')`: version 1.0.0, ready; `?` is optional. */
function plugin(id: string, ...needs: readonly string[]): Dependent {
  const dependencies = needs.map((need) => {
    const [name = '', version = '*'] = need.replace('?', '').split('@')
    return { name, version, optional: need.endsWith('?') }
  })
  return { id, version: '1.0.0', dependencies, state: 'ready' }
}

const failed = (...plugins: readonly Dependent[]) =>
  Object.fromEntries([...resolveDependencies(plugins).failures].map(([id, { code, message }]) => [id, `${code} ${message}`]))

test('every plugin comes after all it depends on, whatever the order given', () => {
  const plugins = [plugin('a', 'c', 'b'), plugin('b', 'd'), plugin('c', 'd'), plugin('d'), plugin('e')]
  for (const given of [plugins, plugins.toReversed()]) assert.deepEqual(resolveDependencies(given).order, ['d', 'b', 'c', 'a', 'e'])
})

test('a wrong version fails everyone above it, with the chain; others go on', () => {
  const plugins = [plugin('a', 'b'), plugin('b', 'c@^2.0.0'), plugin('c'), plugin('x', 'c@^1')]
  assert.deepEqual(failed(...plugins), {
    a: 'incompatible a → b → c: c 1.0.0 does not satisfy ^2.0.0',
    b: 'incompatible b → c: c 1.0.0 does not satisfy ^2.0.0',
  })
  assert.deepEqual(resolveDependencies(plugins).order, ['c', 'x'])
})

test('missing, disabled and failed dependencies are told apart', () => {
  const off = { ...plugin('off'), state: 'disabled' } as const
  const bad = { id: 'bad', dependencies: [], state: 'failed' } as const
  assert.deepEqual(failed(plugin('a', 'none'), plugin('b', 'off'), plugin('c', 'bad'), off, bad), {
    a: 'incompatible a → none: none is not there',
    b: 'incompatible b → off: off is disabled',
    c: 'incompatible c → bad: bad failed',
  })
  assert.match(resolveDependencies([plugin('a', 'motving'), plugin('moving')]).failures.get('a')!.hint!, /Did you mean 'moving'\?/)
})

test('a circle fails each plugin in it and above it; a plugin that is only used by it goes on', () => {
  const plugins = [plugin('a', 'b'), plugin('b', 'c'), plugin('c', 'a', 'z'), plugin('x', 'b'), plugin('z')]
  const reason = 'they need each other in a circle'
  const expected = {
    a: `incompatible a → b → c → a: ${reason}`,
    b: `incompatible b → c → a → b: ${reason}`,
    c: `incompatible c → a → b → c: ${reason}`,
    x: `incompatible x → b → c → a → b: ${reason}`,
  }
  assert.deepEqual(failed(...plugins), expected)
  assert.deepEqual(failed(...plugins.toReversed()), expected)
  assert.deepEqual(resolveDependencies(plugins).order, ['z'])
})

test('two circles through one plugin, and a long chain, end', () => {
  assert.deepEqual(Object.keys(failed(plugin('a', 'b', 'c'), plugin('b', 'a'), plugin('c', 'a'))).toSorted(), ['a', 'b', 'c'])
  const chain = Array.from({ length: 2000 }, (_, i) => plugin(`p${i}`, ...(i === 0 ? [] : [`p${i - 1}`])))
  assert.deepEqual(
    resolveDependencies(chain).order,
    chain.map(({ id }) => id),
  )
})

test('an optional dependency orders where it can, and only warns where it cannot', () => {
  assert.deepEqual(resolveDependencies([plugin('a', 'b?'), plugin('b')]).order, ['b', 'a'])
  const missing = resolveDependencies([plugin('a', 'none?', 'b@^2?', 'c?'), plugin('b'), plugin('c', 'gone')])
  assert.deepEqual(missing.order, ['a', 'b'])
  assert.deepEqual([...missing.failures.keys()], ['c'])
  assert.deepEqual(
    missing.warnings.map(({ message }) => message),
    [
      'optional dependency of a: none is not there',
      'optional dependency of a: b 1.0.0 does not satisfy ^2',
      'optional dependency of a: c failed',
    ],
  )
  const circle = resolveDependencies([plugin('a', 'b'), plugin('b', 'a?')])
  assert.deepEqual(circle.order, ['b', 'a'])
  assert.equal(circle.failures.size, 0)
  assert.equal(circle.warnings.length, 1)
})

test('a dependency without a range takes a prerelease too', () => {
  assert.deepEqual(resolveDependencies([plugin('a', 'b'), { ...plugin('b'), version: '2.0.0-rc.1' }]).order, ['b', 'a'])
})
