import assert from 'node:assert/strict'
import { cpSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { fileURLToPath } from 'node:url'
import { migrateManifest } from '@cardcage/kernel'
import { emptyFolder, openKernel } from '../host.ts'

const fixtures = fileURLToPath(new URL('fixtures', import.meta.url))

const samples: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'chronos/my-awesome-plugin': {},
  'chronos/custom-plots': {},
  'platform-base/meu_plugin': {},
  'platform-base/aligner': {},
  'panotti/example_plugin': {},
  'recommendation/my-plugin': { api_url: 'http://127.0.0.1:9', api_key: 'k' },
}

for (const [sample, config] of Object.entries(samples)) {
  test(`${sample} provides the same with the manifest it is migrated to`, async (t) => {
    const folder = join(emptyFolder(t), 'sample')
    cpSync(join(fixtures, sample), folder, { recursive: true })
    const started = async () => {
      const kernel = await openKernel(t, { plugins: [folder], slots: { it: { plugin: id, config } } })
      const { provides, manifest, version } = await kernel.start('it')
      const { export: exported, entry, configSchema, config: own, dependencies, enabled } = manifest!
      return { provides, version, exported, entry, configSchema, own, dependencies, enabled, dialect: manifest!.dialect }
    }
    const { written, dialect } = migrateManifest(folder)
    const id = written!['id'] as string
    const before = await started()
    writeFileSync(join(folder, 'plugin.json'), JSON.stringify(written))
    const after = await started()
    assert.deepEqual([before.dialect, after.dialect], [dialect, 'cardcage'])
    assert.deepEqual(after, { ...before, dialect: 'cardcage' })
  })
}
