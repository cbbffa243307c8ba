import type { Json } from '@cardcage/plugin'
import { isObject, own } from '../schema-node.ts'
import { putHostRange } from './host-range.ts'
import { propertySchema } from './property-schema.ts'
import { putDependencies } from './put-dependencies.ts'
import { type DialectKeys, type EntrySearch, putIdentity, putKeywords, type Translation } from './translation.ts'

/** Keys of a `plugin.json` of the recommendation engine. */
export const recommendationKeys: DialectKeys = {
  name: 'id, name',
  version: 'version',
  description: 'description',
  author: 'author',
  license: 'license',
  website: 'homepage',
  repository: 'repository',
  tags: 'keywords',
  capabilities: 'provides.enrichment, capabilities',
  dependencies: 'dependencies',
  min_engine_version: 'host_version',
  max_engine_version: 'host_version',
  config_schema: 'config_schema',
  enabled: 'enabled',
  documentation: 'documentation, metadata.documentation',
  installation: 'metadata.installation',
  support: 'metadata.support',
  compliance: 'metadata.compliance',
  checksum: 'metadata.checksum',
  metadata: 'metadata',
}

/** @see recommendation engine's guide, "Plugin Manifest" and "Configuration Schema" */
export function recommendation(t: Translation): EntrySearch {
  putIdentity(t, 'name')
  t.copy('version', 'description', 'author', 'license', 'repository', 'enabled')
  t.rename('website', 'homepage')
  putKeywords(t, 'tags')
  putDependencies(t, 'dependencies')
  putHostRange(t, 'recommendation-engine', { min_engine_version: 'lowest', max_engine_version: 'highest' })
  putCapabilities(t)
  const schema = t.take('config_schema', 'object')
  if (schema && Object.keys(schema).length > 0) t.put('config_schema', propertySchema(t, ['config_schema'], schema), 'config_schema')
  t.put('metadata', t.take('metadata', 'object'), 'metadata')
  t.keep('kept for people; the host does nothing with it', 'installation', 'support', 'compliance')
  t.keep('kept, and not compared with anything: a sum inside of what it sums cannot be checked', 'checksum')
  putDocumentation(t)
  return { stems: ['plugin', 'index', ...binary(t)], key: 'entry' }
}

/** A list is what the enrichment adds; an object says what the plugin can do. */
function putCapabilities(t: Translation): void {
  const written = own(t.raw, 'capabilities') ?? undefined
  const id = t.written['id']
  t.stands('provides', ['capabilities'])
  if (isObject(written)) return t.put('capabilities', written)
  const adds = t.take('capabilities', 'texts')
  if (!adds || adds.length === 0 || typeof id !== 'string') return
  t.stands(['provides', 'enrichment', id, 'adds'], ['capabilities'])
  t.put('provides', { enrichment: { [id]: { subjects: ['user'], adds: [...adds] } } }, 'capabilities')
}

function putDocumentation(t: Translation): void {
  const { readme, examples, ...others } = t.take('documentation', 'object') ?? {}
  const known: Record<string, Json> = { ...(readme == null ? {} : { readme }), ...(examples == null ? {} : { examples }) }
  if (Object.keys(known).length > 0) t.put('documentation', known)
  if (Object.keys(others).length > 0)
    t.put('metadata.documentation', others, 'documentation', 'kept for people; the host does nothing with it')
}

/** The name of the file the manifest says is installed, and the plugin's own. */
function binary(t: Translation): readonly string[] {
  const installation = own(t.raw, 'installation')
  const named = [own(installation, 'binary'), own(t.raw, 'name')]
  return named.flatMap((name) => (typeof name === 'string' && /^[\w-][\w.-]*$/.test(name) ? [name.replace(/\.\w+$/, '')] : []))
}
