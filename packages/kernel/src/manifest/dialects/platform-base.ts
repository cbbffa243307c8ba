import { configurationSchema } from './configuration-schema.ts'
import { entryPoint } from './entry-point.ts'
import { putHostRange } from './host-range.ts'
import { putDependencies, putRequirements } from './put-dependencies.ts'
import { type DialectKeys, type EntrySearch, putIdentity, putKeywords, type Translation } from './translation.ts'

/** Keys of the `manifest.json` of Platform Base's guide, schema 1.0. */
export const platformBase1Keys: DialectKeys = {
  plugin_id: 'id, name',
  version: 'version',
  description: 'description',
  author: 'author',
  license: 'license',
  website: 'homepage',
  tags: 'keywords',
  core_min_version: 'host_version',
  core_max_version: 'host_version',
  requires: 'requires',
  produces: 'produces',
  entry_point: 'entry, export',
  documentation: 'documentation',
  configuration: 'config_schema',
}

/** Keys of the `manifest.json` of Platform Base's registry. */
export const platformBase2Keys: DialectKeys = {
  name: 'id, name',
  version: 'version',
  description: 'description',
  author: 'author',
  license: 'license',
  website: 'homepage',
  category: 'keywords',
  requires_platform_version: 'host_version',
  min_compatible_version: 'host_version',
  max_compatible_version: 'host_version',
  api_version: 'api_version',
  python_requires: 'runtime.python',
  dependencies: 'requires',
  plugin_dependencies: 'dependencies',
  conflicts_with: 'conflicts_with',
  entry_point: 'entry',
  main_class: 'export',
  timeout_seconds: 'limits.timeout',
  max_memory_mb: 'limits.memory',
  max_cpu_percent: 'limits.cpu',
  allowed_modules: 'modules.allowed',
  forbidden_modules: 'modules.blocked',
  sandbox_level: 'isolation.minimum',
  permissions: 'metadata.permissions',
  trusted: '–',
  configuration: 'config_schema',
  documentation: 'documentation',
}

/** Keys of the `plugin.yaml` of Platform Base's documentation. */
export const platformBaseYamlKeys: DialectKeys = {
  name: 'id, name',
  version: 'version',
  description: 'description',
  author: 'author',
  license: 'license',
  type: 'keywords',
  tags: 'keywords',
  platform_base_version: 'host_version',
  dependencies: 'requires',
  entry_point: 'entry, export',
  configuration: 'config_schema',
  documentation: 'documentation',
}

/** @see Platform Base guide, "Manifest Schema (v1.0)" */
export function platformBase1(t: Translation): EntrySearch {
  putIdentity(t, 'plugin_id')
  t.copy('version', 'description', 'author', 'license', 'produces', 'documentation')
  putRequirements(t, 'requires')
  t.rename('website', 'homepage')
  putKeywords(t, 'tags')
  putHostRange(t, 'platform-base', { core_min_version: 'lowest', core_max_version: 'highest' })
  putConfiguration(t)
  return entryPoint(t, 'entry_point', ['plugin', 'index'])
}

/** The manifest its registry reads, which is another than its guide prints. */
export function platformBase2(t: Translation): EntrySearch {
  putIdentity(t, 'name')
  t.copy('version', 'description', 'author', 'license', 'api_version', 'conflicts_with', 'documentation')
  t.rename('website', 'homepage')
  putKeywords(t, 'category')
  putHostRange(t, 'platform-base', {
    requires_platform_version: 'range',
    min_compatible_version: 'lowest',
    max_compatible_version: 'highest',
  })
  t.rename('python_requires', 'runtime.python', 'there is no Python here: it is kept and not checked')
  putRequirements(t, 'dependencies')
  putDependencies(t, 'plugin_dependencies')
  putConfiguration(t)
  putSandbox(t)
  const search = entryPoint(t, 'entry_point', ['plugin', 'index'])
  t.rename('main_class', 'export')
  return search
}

/** @see Platform Base, docs/PLUGIN_DEVELOPMENT.md */
export function platformBaseYaml(t: Translation): EntrySearch {
  putIdentity(t, 'name')
  t.copy('version', 'description', 'author', 'license', 'documentation')
  putKeywords(t, 'type', 'tags')
  putHostRange(t, 'platform-base', { platform_base_version: 'range' })
  putRequirements(t, 'dependencies')
  putConfiguration(t)
  return entryPoint(t, 'entry_point', ['plugin', 'index'])
}

function putConfiguration(t: Translation): void {
  const configuration = t.take('configuration', 'object')
  if (configuration && Object.keys(configuration).length > 0) t.put('config_schema', configurationSchema(t, configuration), 'configuration')
}

function putSandbox(t: Translation): void {
  const timeout = t.take('timeout_seconds', 'number')
  t.put('limits.timeout', timeout === undefined ? undefined : `${timeout}s`, 'timeout_seconds')
  const memory = t.take('max_memory_mb', 'number')
  t.put('limits.memory', memory === undefined ? undefined : `${memory}MiB`, 'max_memory_mb')
  t.rename('max_cpu_percent', 'limits.cpu')
  t.rename('allowed_modules', 'modules.allowed', notEnforced)
  t.rename('forbidden_modules', 'modules.blocked', notEnforced)
  t.keep(
    "Platform Base's names for what may be done with its data; here a plugin has the tables of its call, and asks for hosts, paths and variables",
    'permissions',
  )
  t.drop('trusted', 'a manifest cannot trust itself: isolation: inline is for the host’s config to give')
  const level = t.take('sandbox_level', 'text')
  if (level === undefined) return
  if (level === 'relaxed') t.drop('sandbox_level', 'relaxed asks for no minimum')
  else if (level === 'moderate') t.put('isolation.minimum', 'L1', 'sandbox_level')
  else if (level === 'strict')
    t.put(
      'isolation.minimum',
      'L1',
      'sandbox_level',
      'L1 is what every host can hold; write L3 where it must be walls of the operating system',
    )
  else t.wrong(['sandbox_level'], level, '"strict", "moderate" or "relaxed"', 'Give one of the three, or leave it out.')
}

const notEnforced = "Python's names are kept; nothing enforces them in this release"
