import { inferredSchema } from './inferred-schema.ts'
import { putDependencies, putRequirements } from './put-dependencies.ts'
import { type DialectKeys, type EntrySearch, putIdentity, putKeywords, type Translation } from './translation.ts'

/** Keys of a `plugin.yaml` of PanottiServer. */
export const panottiKeys: DialectKeys = {
  name: 'id, name',
  version: 'version',
  enabled: 'enabled',
  dependencies: 'dependencies',
  optional_dependencies: 'dependencies',
  requirements: 'requires',
  platforms: 'platforms',
  config: 'config, config_schema',
  description: 'description',
  author: 'author',
  license: 'license',
  tags: 'keywords',
}

/** Its config comes as values only: the schema is inferred from them. @see PanottiServer guide, "Configuration" and "Dependencies" */
export function panotti(t: Translation): EntrySearch {
  putIdentity(t, 'name')
  t.copy('version', 'enabled', 'platforms', 'description', 'author', 'license')
  putDependencies(t, 'dependencies', { key: 'optional_dependencies', optional: true })
  putRequirements(t, 'requirements')
  putKeywords(t, 'tags')
  const config = t.take('config', 'object')
  t.put('config', config, 'config')
  if (config && Object.keys(config).length > 0) t.put('config_schema', inferredSchema(config), 'config', 'inferred from the values')
  return { stems: ['plugin', 'index'], key: 'entry' }
}
