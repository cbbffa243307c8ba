/**
 * Writes `provides` and `config_schema` into the manifests of this repository's plugins, from their code: `node scripts/write-provides.ts
 * [FOLDER…]`. Run it after changing what a plugin provides.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { pluginFolders, readCode } from './provided.ts'

const asked = process.argv.slice(2).map((folder) => resolve(folder))
for (const folder of asked.length > 0 ? asked : pluginFolders) {
  const path = `${folder}/plugin.json`
  const manifest = JSON.parse(await readFile(path, 'utf8')) as object
  await writeFile(path, `${JSON.stringify({ ...manifest, ...(await readCode(folder)) }, undefined, 2)}\n`)
}
