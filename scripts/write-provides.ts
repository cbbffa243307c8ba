/**
 * Writes `provides` and `config_schema` into the manifests of this repository's plugins, from their code: `node scripts/write-provides.ts
 * [FOLDER…]`. Run it after changing what a plugin provides.
 */
import { spawnSync } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { pluginFolders, readCode } from './provided.ts'

const asked = process.argv.slice(2).map((folder) => resolve(folder))
const folders = asked.length > 0 ? asked : pluginFolders
for (const folder of folders) {
  const path = `${folder}/plugin.json`
  const manifest = JSON.parse(await readFile(path, 'utf8')) as object
  await writeFile(path, `${JSON.stringify({ ...manifest, ...(await readCode(folder)) }, undefined, 2)}\n`)
}

const formatter = fileURLToPath(new URL('../node_modules/oxfmt/bin/oxfmt', import.meta.url))
const { status } = spawnSync(process.execPath, [formatter, ...folders.map((folder) => `${folder}/plugin.json`)], { stdio: 'inherit' })
process.exitCode = status ?? 1
