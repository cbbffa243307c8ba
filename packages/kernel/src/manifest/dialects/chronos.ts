import { cardcage } from './cardcage.ts'
import { putDependencies } from './put-dependencies.ts'
import { type DialectKeys, type EntrySearch, putIdentity, putKeywords, type Translation } from './translation.ts'

/** Keys of a `plugin.toml` or `plugin.json` of Chronos. The canonical manifest has them all, and more. */
export const chronosKeys: DialectKeys = {
  id: 'id',
  name: 'name',
  version: 'version',
  description: 'description',
  author: 'author',
  license: 'license',
  homepage: 'homepage',
  repository: 'repository',
  api_version: 'api_version',
  keywords: 'keywords',
  plugin_type: 'keywords',
  dependencies: 'dependencies',
  capabilities: 'capabilities',
  config_schema: 'config_schema',
}

/** Its config schema is JSON Schema already and stays as it is. @see Chronos guide, "Plugin Metadata" */
export function chronos(t: Translation): EntrySearch {
  cardcage(t)
  for (const [key, value] of Object.entries(t.raw)) if (value === null) t.remove(key)
  putIdentity(t, 'id')
  t.copy('name')
  t.remove('plugin_type')
  putKeywords(t, 'keywords', 'plugin_type', ...(Array.isArray(t.raw['capabilities']) ? ['capabilities'] : []))
  t.remove('dependencies')
  putDependencies(t, 'dependencies')
  return { stems: ['index', 'src/index', 'src/lib'], key: 'entry' }
}
