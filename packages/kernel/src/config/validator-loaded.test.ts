import assert from 'node:assert/strict'
import { registerHooks } from 'node:module'
import { test } from 'node:test'
import type { JsonSchema } from '../manifest/manifest.ts'
import { validate } from './validate.ts'

test('a validator that loads slowly is not ended half-way by the clock that watches patterns', () => {
  let loaded = 0
  // More processor time than a check with patterns is given, in the middle of the loading.
  registerHooks({
    load(url, context, next) {
      if (url.includes('/typebox/') && loaded++ === 5) for (const end = process.cpuUsage().user + 500_000; process.cpuUsage().user < end;);
      return next(url, context)
    },
  })
  const schema: JsonSchema = { type: 'object', properties: { name: { type: 'string', pattern: '^[a-z]+$' } } }
  for (const given of ['1', '2']) {
    const [problem] = validate(schema, { name: given }).problems
    assert.match(problem?.message ?? '', new RegExp(`parameter name: "${given}" given, text that matches`))
  }
  assert.ok(loaded > 5, 'the validator was loaded here')
})
