import assert from 'node:assert/strict'
import { test } from 'node:test'
import { format, handler, operation, plot, PluginError, source, table } from '@cardcage/plugin'
import type { Provides } from '@cardcage/plugin'
import { z } from 'zod'
import { describeProvides } from './describe-provides.ts'
import { checkProvides } from './check-provides.ts'
import { misfits } from './check-schema.ts'
import { manifestSchema } from './manifest-schema.ts'

const figure = { mediaType: 'image/svg+xml', body: '<svg/>', alt: 'nothing' }

const everything: Provides = {
  analysis: {
    regression: operation({
      title: 'Regression',
      inputs: { data: { columns: { value: 'number', time: { type: 'ordered', optional: true } }, minRows: 2 } },
      params: z.object({ degree: z.int().min(1).max(10).default(2) }),
      run: () => table({ value: [1] }),
    }),
    plain: operation({ run: () => table({ value: [1] }), deterministic: false, estimate: () => ({}) }),
    none: operation({ inputs: {}, run: () => table({ value: [1] }) }),
  },
  visualization: {
    line: plot({ run: () => figure }),
    png: { from: 'image/svg+xml', to: 'image/png', extension: '.png', export: () => figure },
  },
  source: { rows: source({ read: () => table({ a: [1] }), check: () => {} }) },
  format: { csv: format({ extensions: ['.csv'], mediaTypes: ['text/csv'], probe: () => 1, async *write() {} }) },
  enrichment: { crm: { subjects: ['user'], data: z.object({ city: z.string() }), enrich: () => null } },
  handler: { 'order.*': handler({ data: z.object({ total: z.number() }), handle: () => {} }) },
}

test('everything a plugin can provide becomes data', () => {
  const described = describeProvides(everything)
  assert.deepEqual(described, {
    analysis: {
      regression: {
        title: 'Regression',
        inputs: { data: { columns: { value: { type: 'number' }, time: { type: 'ordered', optional: true } }, minRows: 2 } },
        params: { type: 'object', properties: { degree: { default: 2, type: 'integer', minimum: 1, maximum: 10 } } },
        deterministic: true,
      },
      plain: { inputs: { data: {} }, deterministic: false, can: ['estimate'] },
      none: { inputs: {}, deterministic: true },
    },
    visualization: {
      line: { inputs: { data: {} }, draws: ['image/svg+xml'] },
      png: { from: 'image/svg+xml', to: 'image/png', extension: '.png' },
    },
    source: { rows: { can: ['read', 'check'] } },
    format: { csv: { extensions: ['.csv'], mediaTypes: ['text/csv'], can: ['write', 'probe'] } },
    enrichment: { crm: { subjects: ['user'], data: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] } } },
    handler: { 'order.*': { data: { type: 'object', properties: { total: { type: 'number' } }, required: ['total'] } } },
  })
  assert.deepEqual(JSON.parse(JSON.stringify(described)), described)
})

test('what is described may stand in a manifest', () => {
  assert.deepEqual(misfits(manifestSchema, { id: 'a', version: '1.0.0', provides: describeProvides(everything) }), [])
})

test('each fault names its place', () => {
  const run = () => table({ a: [1] })
  const faults: readonly [unknown, RegExp][] = [
    [undefined, /setup returned missing/],
    [[], /setup returned a list/],
    [{}, /setup provides nothing/],
    [{ analysis: {} }, /setup provides nothing/],
    [{ analyses: { a: { run } } }, /unknown kind "analyses"/],
    [{ analysis: [] }, /analysis is a list/],
    [{ analysis: { a: 3 } }, /analysis\.a is 3/],
    [{ analysis: { a: {} } }, /analysis\.a\.run is missing/],
    [{ analysis: { a: { run: 'x' } } }, /analysis\.a\.run is "x"/],
    [{ analysis: { 'a.b': { run } } }, /"a\.b" is no name/],
    [{ analysis: JSON.parse('{"__proto__": {}}') }, /"__proto__" is no name/],
    [{ analysis: { a: { run, title: 3 } } }, /analysis\.a\.title is 3/],
    [{ analysis: { a: { run, inputs: { 'x.y': {} } } } }, /"x\.y" is no name/],
    [{ analysis: { a: { run, inputs: { data: { columns: { v: 'int' } } } } } }, /columns\.v has the type "int"/],
    [{ analysis: { a: { run, inputs: { data: { minRows: -1 } } } } }, /minRows is -1/],
    [{ analysis: { a: { run, inputs: { data: { minRows: 3, maxRows: 2 } } } } }, /minRows 3 is above maxRows 2/],
    [{ analysis: { a: { run, params: {} } } }, /analysis\.a\.params has no JSON Schema/],
    [{ analysis: { a: { run, params: z.object({ at: z.date() }) } } }, /analysis\.a\.params cannot be said in JSON Schema: Date/],
    [{ analysis: { a: { run, params: z.number() } } }, /analysis\.a\.params is a schema of "number"/],
    [{ format: { a: { extensions: ['.a'] } } }, /can neither read nor write/],
    [{ format: { a: { extensions: ['a'], read: run } } }, /format\.a\.extensions/],
    [{ visualization: { a: { export: run, from: 'image/svg+xml', to: 'png', extension: '.png' } } }, /visualization\.a\.to is "png"/],
    [{ enrichment: { a: { enrich: run, subjects: [] } } }, /enrichment\.a\.subjects/],
    [{ handler: { 'a b': { handle: run } } }, /no event type or pattern/],
  ]
  for (const [provides, message] of faults) {
    assert.throws(
      () => describeProvides(provides as Provides),
      (error) => PluginError.is(error) && error.code === 'invalid-manifest' && message.test(error.message) && Boolean(error.hint),
      String(message),
    )
  }
})

test('the host takes what was described, and nothing that is not of that shape', () => {
  const described: unknown = JSON.parse(JSON.stringify(describeProvides(everything)))
  assert.equal(checkProvides(described), described)
  const wrong = [
    null,
    [],
    { nonsense: {} },
    { analysis: { a: 3 } },
    { analysis: { 'a.b': {} } },
    JSON.parse('{"analysis": {"__proto__": {}}}'),
    { analysis: { a: { inputs: { 'x.y': {} } } } },
  ]
  for (const each of wrong) assert.throws(() => checkProvides(each), { code: 'invalid-manifest' }, JSON.stringify(each))
})
