import type { Json } from '@cardcage/plugin'
import { call, pluginFiles, runCode } from '../fault.ts'
import type { Fault } from '../fault.ts'

const code = runCode('run', 'return { summary: {} }')

function manifest(what: string, keys: Readonly<Record<string, Json>>, says: Fault['says'], hint: RegExp, as = 'invalid-manifest'): Fault {
  return { what: `manifest: ${what}`, args: call('bad.analysis.run'), files: pluginFiles('bad', code, keys), code: as, says, hint }
}

function text(what: string, file: string, content: string, says: Fault['says'], hint: RegExp): Fault {
  const files = { [`plugins/bad/${file}`]: content, 'plugins/bad/index.ts': code }
  return {
    what: `manifest: ${what}`,
    args: ['plugin', 'call', 'bad.analysis.run', '--plugins', 'plugins/bad', '--no-builtin'],
    files,
    code: 'invalid-manifest',
    says,
    hint,
  }
}

/** Each kind of problem a manifest has. */
export const manifests: readonly Fault[] = [
  text('JSON that is none', 'plugin.json', '{"id": "bad",\n "version": }', ['plugin.json:2'], /syntax/),
  text('TOML that is none', 'plugin.toml', 'id = "bad"\nversion = \n', ['plugin.toml:2'], /syntax/),
  text('empty', 'plugin.json', '', ['plugin.json'], /syntax/),
  text('a list', 'plugin.json', '[1]', ['plugin.json'], /"id"/),
  manifest('a version that is none', { version: 'one' }, ['version', '"one"'], /1\.0\.0|1\.2\.3|semver/i),
  { ...manifest('an id that is none', { id: 'Bad Id' }, ['id', '"Bad Id"'], /lower/), args: call('Bad Id.analysis.run') },
  manifest('an entry that is not there', { entry: 'main.ts' }, ['entry', '"main.ts"'], /Create it/),
  manifest('an entry outside', { entry: '../x.ts' }, ['entry', '"../x.ts"'], /folder/),
  manifest('a description that is no text', { description: 7 }, ['description', '7'], /"description": "7"/),
  manifest('a memory limit that is none', { limits: { memory: 'lots' } }, ['limits.memory', '"lots"'], /MiB|MB/),
  manifest('a future contract', { api_version: { major: 9, minor: 0, patch: 0 } }, ['9'], /Install a release/, 'incompatible'),
]
