import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { isDeepStrictEqual } from 'node:util'
import { schemaFaults } from './check-schema.ts'
import { manifestSchema } from './manifest-schema.ts'

const published = new URL('../../../../docs/reference/manifest.schema.json', import.meta.url)

test('the published schema is this one, and a schema', () => {
  const code =
    "import { manifestSchema } from './packages/kernel/src/manifest/manifest-schema.ts'; console.log(JSON.stringify(manifestSchema, null, 2))"
  const hint = `Write it anew: node --input-type=module -e "${code}" > docs/reference/manifest.schema.json && oxfmt docs/reference`
  assert.ok(isDeepStrictEqual(JSON.parse(readFileSync(published, 'utf8')), manifestSchema), hint)
  assert.deepEqual(schemaFaults(manifestSchema), [])
})
