import type { Json } from '@cardcage/plugin'
import type { JsonSchema } from '../../manifest/manifest.ts'
import type { Guide } from './guide.ts'
import { anyParams } from './open-schema.ts'
import { isRecord, member, variantOf } from './spelling.ts'

/**
 * The params of a method or plot as JSON Schema, from what the plugin says of its required and optional parameters. A required one with a default may be left
 * out. Where the plugin declares none, any are allowed.
 */
export async function paramsOf(guide: Guide, method: string): Promise<JsonSchema> {
  const ask = async (name: string) => {
    const listed = guide.has(name) ? await guide.call(name, [method]) : []
    return Array.isArray(listed) ? listed.filter(isRecord) : []
  }
  const required = await ask('getRequiredParameters')
  const all = [...required, ...(await ask('getOptionalParameters'))]
  if (all.length === 0) return anyParams
  const needed = required.filter((one) => (member(one, 'default') ?? null) === null).map(nameOf)
  return {
    type: 'object',
    properties: Object.fromEntries(all.map((one) => [nameOf(one), schemaOfParameter(one)])),
    ...(needed.length > 0 ? { required: needed } : {}),
    additionalProperties: false,
  }
}

function nameOf(parameter: Readonly<Record<string, unknown>>): string {
  return String(member(parameter, 'name'))
}

function schemaOfParameter(parameter: Readonly<Record<string, unknown>>): JsonSchema {
  const description = member(parameter, 'description')
  const fallback = member(parameter, 'default') as Json | undefined
  const type = schemaOfType(member(parameter, 'paramType'))
  return {
    ...type,
    ...bounds(member(parameter, 'constraints'), type['type']),
    ...(typeof description === 'string' ? { description } : {}),
    ...(fallback === undefined || fallback === null ? {} : { default: fallback }),
  }
}

function schemaOfType(type: unknown): JsonSchema {
  const { name, content } = variantOf(type)
  switch (name.toLowerCase()) {
    case 'integer':
      return { type: 'integer' }
    case 'float':
      return { type: 'number' }
    case 'boolean':
    case 'string':
    case 'object':
      return { type: name.toLowerCase() }
    case 'array':
      return { type: 'array', items: schemaOfType(member(content, 'items') ?? content) }
    case 'enum':
      return { enum: (Array.isArray(content) ? content : (member(content, 'values') ?? [])) as Json }
    default:
      return {}
  }
}

function bounds(constraints: unknown, type: Json | undefined): JsonSchema {
  if (Array.isArray(constraints)) return Object.assign({}, ...constraints.map((one) => bounds(one, type))) as JsonSchema
  const { name, content } = variantOf(constraints)
  const limits = (low: string, high: string) =>
    Object.fromEntries(
      [
        [low, member(content, 'min')],
        [high, member(content, 'max')],
      ].filter(([, limit]) => typeof limit === 'number'),
    ) as JsonSchema
  switch (name.toLowerCase()) {
    case 'range':
      return limits('minimum', 'maximum')
    case 'length':
      return type === 'array' ? limits('minItems', 'maxItems') : limits('minLength', 'maxLength')
    case 'values':
      return { enum: (Array.isArray(content) ? content : (member(content, 'values') ?? [])) as Json }
    case 'pattern':
      return { pattern: String(typeof content === 'string' ? content : member(content, 'pattern')) }
    default:
      return {}
  }
}
