import { pluginIdPattern } from '../base/id.ts'
import type { JsonSchema } from '../manifest/manifest.ts'
import { type ConfigKey, configKeys } from './config-keys.ts'

/** Text that holds a variable: what it is in the end is not known to an editor. */
const variable: JsonSchema = { type: 'string', pattern: '\\$\\{' }

/**
 * The JSON Schema (2020-12) of `cardcage.yaml`, for editors; TOML and JSON have the same keys. Published as `docs/reference/config.schema.json`. The guides' spellings,
 * which are read as well, are not in it. A text may hold variables wherever it stands: `${VAR:-default}`.
 */
export const configSchema: JsonSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Cardcage configuration',
  ...schemaOf(configKeys),
}

function schemaOf(key: ConfigKey): JsonSchema {
  if (key.type === 'group') {
    const properties = Object.entries(key.keys).map(([name, inside]) => [name, schemaOf(inside)] as const)
    const required: JsonSchema = key.required ? { required: [...key.required] } : {}
    return {
      type: 'object',
      description: key.description,
      properties: Object.fromEntries(properties),
      ...required,
      additionalProperties: false,
    }
  }
  if (key.type === 'named') {
    const names = { pattern: pluginIdPattern }
    return {
      type: 'object',
      description: key.description,
      propertyNames: names,
      additionalProperties: { anyOf: [schemaOf(key.of), { type: 'null' }] },
    }
  }
  const { description } = key
  const about: JsonSchema = { description, ...(key.default === undefined ? {} : { default: key.default }) }
  const range: JsonSchema = { minimum: key.minimum ?? 0, ...(key.maximum === undefined ? {} : { maximum: key.maximum }) }
  const plain: Readonly<Record<typeof key.type, JsonSchema>> = {
    duration: { type: ['string', 'number'] },
    size: { type: ['string', 'number'] },
    count: { anyOf: [{ type: 'integer', ...range }, variable] },
    number: { anyOf: [{ type: 'number', ...range }, variable] },
    boolean: { anyOf: [{ type: 'boolean' }, variable] },
    text: { type: 'string', minLength: 1 },
    texts: { anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }] },
    paths: { anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }] },
    object: { type: 'object' },
    choice: { enum: key.choices ?? [] },
  }
  return { ...about, ...plain[key.type] }
}
