import assert from 'node:assert/strict'
import { basename } from 'node:path'
import { test } from 'node:test'
import { pluginFolders, readCode, readWritten } from '../scripts/provided.ts'

const fix = 'run `node scripts/write-provides.ts`'

for (const folder of pluginFolders) {
  test(`${basename(folder)}: the manifest says what the code provides`, async () => {
    const { provides, config_schema } = await readWritten(folder)
    const code = JSON.parse(JSON.stringify(await readCode(folder))) as Awaited<ReturnType<typeof readCode>>
    assert.deepEqual(provides, code.provides, fix)
    assert.deepEqual(config_schema, code.config_schema, fix)
  })
}

test('every built-in plugin and example is looked at', () => {
  const names = pluginFolders.map((folder) => basename(folder))
  for (const name of ['moving-average', 'multiplier', 'plots', 'regression', 'enrichment-places', 'handler-orders', 'source-sunspots']) {
    assert.ok(names.includes(name), name)
  }
})
