import type { Json } from '@cardcage/plugin'
import type { JsonSchema, Manifest } from '../manifest/manifest.ts'
import { isObject, printPath } from '../manifest/schema-node.ts'
import { type ConfigLayer, type Origin, originIn } from './config-layer.ts'
import { configProblem, type ConfigProblem } from './config-problem.ts'
import { schemaFaults } from '../manifest/check-schema.ts'
import type { Place } from './interpolate.ts'
import { schemaAt, typesAt } from './schema-at.ts'
import { validate, type ValueProblem } from './validate.ts'

/** A slot's config, all layers put together. */
export interface ResolvedConfig {
  /** Of the schema's types, with its defaults; only to be used where no problem is an error. */
  readonly value: Json
  /** What was put together, lowest first. */
  readonly layers: readonly ConfigLayer[]
  readonly problems: readonly SlotConfigProblem[]
  /** Who says what stands at these keys; `undefined` where nothing does. */
  originOf(keys: readonly string[]): Origin | undefined
}

/** A problem of a slot's config; its message for people is without the place. */
export interface SlotConfigProblem extends ConfigProblem {
  /** What fits is refused only where somebody asked to be strict: a key the schema does not know. */
  readonly strict: boolean
  /** The message with the key, as it is said of a slot. */
  readonly said: string
  /** Is its file where the value stands? Else the value is the program's, or missing everywhere. */
  readonly place?: boolean
  readonly value?: ValueProblem
}

/** What a config is resolved for. */
export interface ResolveFor {
  /** Name of the slot, for the keys of problems. */
  readonly slot: string
  readonly manifest: Pick<Manifest, 'configSchema'>
  /** File of the manifest: problems that no layer causes are there. */
  readonly file: string
  /** Where the configuration has the slot: what is missing misses there. */
  readonly section?: () => Origin | undefined
}

/**
 * Put the layers of a slot's config together and check the result. Objects merge by key; lists and single values replace. A `null` takes away what lower layers
 * say, so that the default holds, unless the schema takes `null` there. A text from a variable gets the type the schema asks for; where it asks for none, `30`,
 * `true` and the like are numbers and booleans.
 */
export function resolveSlotConfig({ slot, manifest, file, section }: ResolveFor, layers: readonly ConfigLayer[]): ResolvedConfig {
  const { configSchema: schema } = manifest
  let merged: Json = {}
  for (const layer of layers) merged = over(schema, merged, typed(schema, layer, layer.value, []), [])
  const checked = schema ? validate(schema, merged, { noun: 'config key', unknown: 'refuse' }) : { value: merged, problems: [] }
  const broken = schema && checked.problems.length > 0 ? schemaFaults(schema) : []
  const found = broken.length > 0 ? { value: checked.value, problems: [] } : checked
  const sure = found.problems.length === 0 ? new Set<string>() : messagesOf(schema!, merged)
  const resolved = { value: found.value as Json, layers }
  const originOf = (keys: readonly string[]) => originAt(resolved, keys)
  const place = (keys: readonly string[]) => {
    const at = originOf(keys) ?? section?.() ?? sectionOf(layers)
    return {
      file: at?.variable === undefined ? (at?.file ?? file) : 'environment',
      line: at?.line,
      key: at?.variable ?? ['slots', slot, 'config', ...keys].join('.'),
    }
  }
  const isPlaced = (keys: readonly string[]) => {
    const at = originOf(keys) ?? section?.() ?? sectionOf(layers)
    return at?.file !== undefined || at?.variable !== undefined
  }
  const missing = (keys: readonly string[]) => found.problems.find(({ what, path }) => what === 'missing' && path === printPath(keys))
  const unset = layers.flatMap((layer) =>
    layer.unset.map((hole): SlotConfigProblem | [] => unsetProblem(layer, hole, missing(hole.keys), merged)).flat(),
  )
  const wanting = new Set(unset.map(({ value }) => value))
  const wrong = found.problems
    .filter((problem) => !wanting.has(problem))
    .map((problem): SlotConfigProblem => {
      const strict = problem.what === 'unknown' && !sure.has(problem.message)
      const fix =
        problem.what === 'missing'
          ? `Give it a value: \`cardcage plugin configure ${slot} --key ${problem.path} --value …\`.`
          : 'Correct it there.'
      const said = problem.message
      return {
        ...configProblem({ ...place(problem.keys), severity: strict ? 'warning' : 'error', message: said, fix }),
        strict,
        said,
        place: isPlaced(problem.keys),
        value: problem,
      }
    })
  const keyed = unset.map((problem) => ({ ...problem, key: `slots.${slot}.config.${problem.key}` }))
  return { ...resolved, originOf, problems: [...broken.map((fault) => schemaProblem(file, fault)), ...keyed, ...wrong] }
}

/** A fault of the schema itself, which is the plugin's. */
export function schemaProblem(file: string, fault: string): SlotConfigProblem {
  const fix = 'Its author must correct the schema: `cardcage plugin dev validate` says all that is wrong with it.'
  return { ...configProblem({ file, key: 'config_schema', message: fault, fix }), strict: false, said: '' }
}

/** Messages of what JSON Schema itself does not allow. */
function messagesOf(schema: JsonSchema, value: Json): ReadonlySet<string> {
  return new Set(validate(schema, value, { noun: 'config key' }).problems.map(({ message }) => message))
}

function unsetProblem(
  layer: ConfigLayer,
  { keys, found }: Place<string>,
  missing: ValueProblem | undefined,
  merged: Json,
): SlotConfigProblem {
  const message = `the variable ${found} is not set`
  const { file, line } = originIn(layer, keys)
  const at = { file: file ?? 'environment', line, key: printPath(keys) }
  const fix = `Set it, or give a default: \${${found}:-…}.`
  if (missing)
    return {
      ...configProblem({ ...at, message, fix }),
      strict: false,
      said: `config key ${printPath(keys)}: ${message}`,
      place: true,
      value: missing,
    }
  const instead = valueAt(merged, keys) === undefined ? '; the key is left out' : '; what is below it counts'
  return { ...configProblem({ ...at, severity: 'warning', message: message + instead, fix }), strict: false, said: '' }
}

/** The highest layer that says it; a default is the schema's. */
function originAt({ value, layers }: Pick<ResolvedConfig, 'value' | 'layers'>, keys: readonly string[]): Origin | undefined {
  const layer = layers.findLast((each) => valueAt(each.value, keys) !== undefined)
  if (layer && valueAt(layer.value, keys) !== null) return originIn(layer, keys)
  return valueAt(value, keys) === undefined ? layer && originIn(layer, keys) : { layer: 'default' }
}

/** Where something that is missing should stand: in the highest file that says anything of the slot. */
function sectionOf(layers: readonly ConfigLayer[]): Origin | undefined {
  const layer = layers.findLast(({ file, layer: name }) => file !== undefined && name !== 'manifest')
  return layer && originIn(layer, [])
}

/** What stands at these keys; `undefined` where there is nothing. */
export function valueAt(value: Json | undefined, keys: readonly string[]): Json | undefined {
  return keys.reduce<Json | undefined>(
    (inside, key) =>
      typeof inside === 'object' && inside !== null && Object.hasOwn(inside, key)
        ? (inside as Readonly<Record<string, Json>>)[key]
        : undefined,
    value,
  )
}

/** The upper value over the lower one. */
function over(schema: JsonSchema | undefined, lower: Json | undefined, upper: Json, keys: readonly string[]): Json {
  if (!isObject(upper) || !(isObject(lower) || lower === undefined)) return upper
  const result: Record<string, Json> = { ...lower }
  for (const [key, value] of Object.entries(upper)) {
    const at = [...keys, key]
    if (value === null && !takesNull(schema, at)) delete result[key]
    else result[key] = over(schema, Object.hasOwn(result, key) ? result[key] : undefined, value, at)
  }
  return result
}

function takesNull(schema: JsonSchema | undefined, keys: readonly string[]): boolean {
  const types = typesAt(schema, keys)
  return types.length === 0 ? schemaAt(schema, keys).length === 0 : types.includes('null')
}

/** Texts that came from variables, of a type where the schema has none for them. */
function typed(schema: JsonSchema | undefined, layer: ConfigLayer, value: Json, keys: readonly string[]): Json {
  if (layer.untyped.size === 0) return value
  if (Array.isArray(value)) return value.map((item, i) => typed(schema, layer, item, [...keys, String(i)]))
  if (isObject(value))
    return Object.fromEntries(Object.entries(value).map(([key, inside]) => [key, typed(schema, layer, inside, [...keys, key])]))
  if (typeof value !== 'string' || !layer.untyped.has(printPath(keys)) || schemaAt(schema, keys).length > 0) return value
  if (value === 'true' || value === 'false') return value === 'true'
  // Not what a number would be written otherwise: 007 and 1e3 stay text.
  return value !== '' && String(Number(value)) === value && Number.isFinite(Number(value)) ? Number(value) : value
}
