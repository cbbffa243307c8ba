import type { Json } from '@cardcage/plugin'
import { oneLine } from './text-table.ts'

/** One line per property of a JSON Schema: `word`, its name, type, range, default, description. */
export function schemaLines(schema: Readonly<Record<string, Json>> | undefined, word: string): readonly string[] {
  const properties = schema?.['properties']
  if (typeof properties !== 'object' || properties === null || Array.isArray(properties)) return []
  const required = Array.isArray(schema?.['required']) ? schema['required'] : []
  return Object.entries(properties).map(([name, value]) => {
    const property = (typeof value === 'object' && value !== null ? value : {}) as Readonly<Record<string, Json>>
    const parts = [typeOf(property), range(property), defaultOf(property, required.includes(name))].filter((part) => part !== '')
    const description = typeof property['description'] === 'string' ? ` — ${oneLine(property['description'])}` : ''
    return `  ${word.padEnd(9)} ${oneLine(name)}: ${parts.join(', ')}${description}`
  })
}

function typeOf(property: Readonly<Record<string, Json>>): string {
  if (Array.isArray(property['enum'])) return `one of ${property['enum'].map((value) => JSON.stringify(value)).join(', ')}`
  const options = property['anyOf'] ?? property['oneOf']
  if (Array.isArray(options)) return options.map((option) => typeOf(option as Readonly<Record<string, Json>>)).join(' or ')
  return [property['type'] ?? property['const'] ?? 'any'].flat().map(String).join(' or ')
}

/** Bounds as `1 … 10`; those zod adds to every integer are not worth telling. */
function range(property: Readonly<Record<string, Json>>): string {
  const bound = (...names: readonly string[]) =>
    names
      .map((name) => property[name])
      .find((value): value is number => typeof value === 'number' && Math.abs(value) < Number.MAX_SAFE_INTEGER)
  const low = bound('minimum', 'exclusiveMinimum', 'minLength', 'minItems')
  const high = bound('maximum', 'exclusiveMaximum', 'maxLength', 'maxItems')
  const open = 'exclusiveMinimum' in property || 'exclusiveMaximum' in property ? ' (bounds excluded)' : ''
  if (low === undefined && high === undefined) return ''
  return `${low === undefined ? '' : `${low} `}…${high === undefined ? '' : ` ${high}`}${open}`
}

function defaultOf(property: Readonly<Record<string, Json>>, required: boolean): string {
  if (property['default'] !== undefined) return `default ${JSON.stringify(property['default'])}`
  return required ? 'required' : 'optional'
}
