import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Call, Enricher, Plugin, Provides } from '@cardcage/plugin'
import plugin from './index.ts'

const { enrichment = {} } = (plugin as Plugin & { setup(): Provides }).setup()
const places = enrichment['places'] as Enricher
const enrich = (id: string) => places.enrich({ type: 'city', id }, {} as Call)

test('adds country and population, how sure it is and for how long', async () => {
  assert.deepEqual(await enrich('Berlin'), {
    data: { country: 'Germany', country_code: 'DE', population: 3_596_999, census: 2022 },
    confidence: 0.95,
    ttl: 2_592_000_000,
  })
})

test('other spellings are found, with less confidence', async () => {
  const [exact, folded] = [await enrich('São Paulo'), await enrich(' sao paulo')]
  assert.deepEqual(folded!.data, exact!.data)
  assert.ok(folded!.confidence! < exact!.confidence!)
})

test('an unknown city is null, whatever it is called', async () => {
  for (const id of ['Atlantis', '', '__proto__', 'constructor']) assert.equal(await enrich(id), null)
})

test('what it adds fits its schema', async () => {
  for (const id of ['Chicago', 'London', 'Los Angeles', 'Montréal', 'Mumbai', 'New York', 'Tokyo', 'Toronto']) {
    const checked = await places.data!['~standard'].validate((await enrich(id))!.data)
    assert.equal(checked.issues, undefined, id)
  }
})
