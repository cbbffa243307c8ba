import { didYouMean } from '@cardcage/plugin/internal'
import type { Json } from '@cardcage/plugin'
import type { Misfit } from './check-schema.ts'
import { printValue } from './describe-schema.ts'
import { manifestSchema } from './manifest-schema.ts'
import { isObject, own } from './schema-node.ts'

/**
 * What to write at a key of a manifest whose value has not the form it needs: the same value in that form where it can be told, else what the key is for.
 *
 * @param key as the author wrote it
 */
export function formHint({ path, value, message, allowed = [] }: Misfit, key: string): string {
  const needed = message.slice(message.lastIndexOf(' given, ') + ' given, '.length)
  const written = (form: string) => `Write ${/^\d+$/.test(key) ? '' : `${JSON.stringify(key)}: `}${form}.`
  if (typeof value === 'number' && ['version', 'api_version', 'range'].includes(path.at(-1) ?? ''))
    return 'Put three numbers in quotes, as in "1.0.0".'
  if (allowed.length > 0)
    return (typeof value === 'string' && didYouMean(value, allowed.map(String)).trim()) || written(printValue(allowed[0]))
  if (needed.startsWith('true or false')) return written('true, or false, without quotes')
  if (/^(?:a number|an integer)/.test(needed) && typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value)))
    return written(`${Number(value)}, without quotes`)
  if (needed.startsWith('a list') && (typeof value === 'string' || isObject(value))) return written(`[${printValue(value)}]`)
  if (needed.startsWith('text') && typeof value === 'number') return written(JSON.stringify(String(value)))
  if (needed.startsWith('text') && Array.isArray(value) && typeof value[0] === 'string')
    return written(`${printValue(value[0])}, not a list`)
  const about = schemaAt(path)
  const names = Object.keys((own(about, 'properties') as object | undefined) ?? {})
  if (needed.startsWith('an object') && names.length > 0)
    return written(`{ ${names.map((name) => `${JSON.stringify(name)}: …`).join(', ')} }`)
  const description = own(about, 'description')
  return typeof description === 'string' ? `${JSON.stringify(key)}: ${description}` : `Give ${needed.replace(/ needed$/, '')}.`
}

/** The schema of a place in the manifest, as far as it is named. */
function schemaAt(path: readonly string[]): Json | undefined {
  let node: Json | undefined = manifestSchema
  for (const key of path) {
    const parts: readonly Json[] = [node ?? null, ...((own(node, 'anyOf') as readonly Json[] | undefined) ?? [])]
    node = parts
      .map((part) => own(own(part, 'properties'), key) ?? own(part, 'items') ?? own(part, 'additionalProperties'))
      .find((found) => isObject(found))
  }
  return node
}
