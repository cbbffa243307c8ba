import assert from 'node:assert/strict'
import { test } from 'node:test'
import { commonRange, isInRange, policyRange, rangeBetween, semverRange } from './version-range.ts'

test('every notation of a range takes in the right versions', () => {
  const cases: readonly [written: string, inside: readonly string[], outside: readonly string[]][] = [
    ['>=2.0.0', ['2.0.0', '10.0.0', '3.0.0-beta.1'], ['1.9.9', '2.0.0-beta.1']],
    ['~=1.2.0', ['1.2.0', '1.2.9'], ['1.3.0', '1.1.9', '1.3.0-beta.1']],
    ['~=1.2', ['1.2.0', '1.9.0'], ['2.0.0', '1.1.0', '2.0.0-rc.1']],
    ['==1.0.0', ['1.0.0'], ['1.0.1']],
    ['===1.0.0', ['1.0.0'], ['1.0.1']],
    ['==1.2.*', ['1.2.7'], ['1.3.0']],
    ['!=1.5.0', ['1.4.0', '1.6.0'], ['1.5.0']],
    ['>=1.0,!=1.5.0,<2.0', ['1.0.0', '1.6.0'], ['1.5.0', '2.0.0']],
    ['^1.2', ['1.2.0', '1.9.9'], ['2.0.0']],
    ['~1.2', ['1.2.9'], ['1.3.0']],
    ['>= 1.0 , < 2.0', ['1.0.0'], ['2.0.0']],
    ['1.x || ~=3.1.0', ['1.9.0', '3.1.4'], ['2.0.0', '3.2.0']],
    ['1.0 - 2.0', ['2.0.5'], ['2.1.0']],
    ['>9.0.0', ['10.0.0'], ['9.0.0']],
    ['', ['0.0.1'], []],
    ['*', ['7.0.0'], []],
  ]
  for (const [written, inside, outside] of cases) {
    const range = semverRange(written)
    assert.notEqual(range, undefined, written)
    for (const version of inside) assert.ok(isInRange(version, range!), `${version} in ${written} (${range})`)
    for (const version of outside) assert.ok(!isInRange(version, range!), `${version} not in ${written} (${range})`)
  }
})

test('what is no range is none', () => {
  const written = [
    'nope',
    '~=1',
    '~=',
    '==',
    '>=',
    ',',
    '>=1.0,nope',
    '>=1.0,~',
    '1.0.0.0.0',
    '!='.repeat(50),
    `>=1${' '.repeat(300)}`.padStart(600, '>'),
    `${'!=1.0.0,'.repeat(9)}!=2.0.0`,
  ]
  for (const each of written) assert.equal(semverRange(each), undefined, each)
})

test('lowest and highest are both included, what is left out is open', () => {
  assert.equal(rangeBetween(undefined, undefined), '*')
  assert.ok(isInRange('2.5.0', rangeBetween('2.0.0', '2.5.0')!))
  assert.ok(!isInRange('2.5.1', rangeBetween('2.0.0', '2.5.0')!))
  assert.ok(isInRange('2.9.9', rangeBetween(undefined, '2')!))
  assert.equal(rangeBetween('two', undefined), undefined)
  assert.equal(commonRange(['>=1', '<2 || >3']), '>=1 <2 || >=1 >3')
})

test('version policies', () => {
  const within = (policy: Parameters<typeof policyRange>[0]) =>
    ['1.2.3', '1.2.9', '1.9.0', '2.0.0'].filter((version) => isInRange(version, policyRange(policy, '1.2.3')))
  assert.deepEqual(within('Exact'), ['1.2.3'])
  assert.deepEqual(within('Minor'), ['1.2.3', '1.2.9'])
  assert.deepEqual(within('Major'), ['1.2.3', '1.2.9', '1.9.0'])
  assert.deepEqual(within('Any'), ['1.2.3', '1.2.9', '1.9.0', '2.0.0'])
})
