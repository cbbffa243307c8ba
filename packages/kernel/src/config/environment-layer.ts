import { didYouMean, nearest } from '@cardcage/plugin/internal'
import type { Json } from '@cardcage/plugin'
import type { JsonSchema } from '../manifest/manifest.ts'
import { isObject, printPath } from '../manifest/schema-node.ts'
import { folded, type GroupKey, slotKeys } from './config-keys.ts'
import type { ConfigLayer } from './config-layer.ts'
import { configProblem, type ConfigProblem } from './config-problem.ts'
import type { Setting } from './config-settings.ts'
import { readConfigValue } from './config-value.ts'
import { variableName } from './environment-settings.ts'
import type { Variables } from './interpolate.ts'
import { keysAt } from './schema-at.ts'

/** A slot as variables may name it. */
export interface NamedSlot {
  readonly slot: string
  /** Id of its plugin. */
  readonly id: string
  readonly schema: JsonSchema | undefined
}

interface Assigned {
  readonly variable: string
  readonly keys: readonly string[]
  readonly text: string
}

/**
 * What environment variables say of slots: `CARDCAGE_SLOTS__SLOT__CONFIG__KEY` of one slot, `PLUGIN_ID_KEY` of every slot of a plugin; below it. Names are upper
 * case with `_` for what is neither letter nor digit, and `__` nests. A key the schema does not know is left out with a warning.
 */
export function environmentLayers(
  variables: Variables,
  slots: readonly NamedSlot[],
  problems: ConfigProblem[],
): ReadonlyMap<string, ConfigLayer> {
  const assigned = new Map<string, Assigned[]>()
  const assign = (slot: string, variable: string, keys: readonly string[], text: string) =>
    assigned.set(slot, [...(assigned.get(slot) ?? []), { variable, keys, text }])
  const unknown = ({ schema }: NamedSlot, variable: string, start: string, of: string) => {
    const known = keysAt(schema, []).names.map(variableName)
    const near = nearest(variable.slice(start.length), known).map((name) => `'${start}${name}'`)
    const hint =
      near.length > 0
        ? ` Did you mean ${near.join(' or ')}?`
        : known.length > 0
          ? ` Known: ${known.map((name) => start + name).join(', ')}.`
          : ' It has none.'
    const message = `names no config key of ${of}.${hint}`
    problems.push(
      configProblem({ file: 'environment', key: variable, severity: 'warning', message, fix: 'Correct its name, or unset it.' }),
    )
  }
  const ambiguous = (variable: string, { id }: NamedSlot, keys: readonly string[], others: readonly NamedSlot[]) => {
    const message = `is taken for ${printPath(keys)} of ${id}; it could be a key of ${others.map((other) => other.id).join(', ')} as well.`
    const fix = `Use ${others.map(({ slot }) => `CARDCAGE_SLOTS__${variableName(slot)}__CONFIG__…`).join(', ')} for the other.`
    problems.push(configProblem({ file: 'environment', key: variable, severity: 'warning', message, fix }))
  }
  const given = Object.entries(variables).filter((entry): entry is [string, string] => entry[1] !== undefined)
  for (const [variable, text] of given) {
    if (!variable.startsWith('PLUGIN_')) continue
    const { named, keys, others } = pluginKey(variable, slots)
    if (named && keys && others.length > 0) ambiguous(variable, named, keys, others)
    if (named && !keys) unknown(named, variable, `PLUGIN_${variableName(named.id)}_`, named.id)
    if (named && keys) for (const { slot, id } of slots) if (id === named.id) assign(slot, variable, keys, text)
  }
  for (const [variable, text] of given) {
    const [, name, key] = /^CARDCAGE_SLOTS__(.+?)__CONFIG__(.+)$/.exec(variable) ?? []
    const named = slots.find(({ slot }) => variableName(slot) === name)
    if (!named || key === undefined) continue
    const keys = matchKeys(named.schema, key)
    if (keys) assign(named.slot, variable, keys, text)
    else unknown(named, variable, `CARDCAGE_SLOTS__${name}__CONFIG__`, `the slot ${named.slot}`)
  }
  return new Map([...assigned].map(([slot, all]) => [slot, layerOf(all)]))
}

/** What variables say of slots besides their config: `CARDCAGE_SLOTS__SLOT__ENABLED`, `CARDCAGE_SLOTS__SLOT__POLICY__TIMEOUT`. */
export function environmentSlotSettings(variables: Variables, slots: readonly string[], problems: ConfigProblem[]): readonly Setting[] {
  return Object.entries(variables).flatMap(([variable, text]): Setting[] => {
    const [, name, rest] = /^CARDCAGE_SLOTS__(.+?)__(.+)$/.exec(variable) ?? []
    if (name === undefined || rest === undefined || text === undefined) return []
    const warn = (message: string) => {
      problems.push(
        configProblem({ file: 'environment', key: variable, severity: 'warning', message, fix: 'Correct its name, or unset it.' }),
      )
      return []
    }
    const slot = slots.find((each) => variableName(each) === name)
    if (slot === undefined) return warn(`names no slot.${didYouMean(name, slots.map(variableName))}`)
    if (rest.startsWith('CONFIG__')) return []
    const keys = rest.toLowerCase().split('__')
    const node = keys.reduce<GroupKey['keys'][string] | undefined>(
      (inside, key) => (inside?.type === 'group' && Object.hasOwn(inside.keys, key) ? inside.keys[key] : undefined),
      { type: 'group', description: '', keys: slotKeys },
    )
    if (!node || node.type === 'group' || node.type === 'named' || node.type === 'object')
      return warn(`names no key of a slot.${didYouMean(rest.toLowerCase(), Object.keys(slotKeys))}`)
    const read = readConfigValue(node, text)
    if (!('needed' in read)) return [{ path: ['slots', folded(slot), ...keys], value: read.value, keys: [], variable }]
    problems.push(
      configProblem({
        file: 'environment',
        key: variable,
        message: `${read.given} given, ${read.needed} needed`,
        fix: 'Correct it, or unset it.',
      }),
    )
    return []
  })
}

/** What a variable says of a plugin. */
interface PluginKey {
  readonly named?: NamedSlot
  /** Absent where the plugin has no such key. */
  readonly keys?: readonly string[]
  /** Other plugins of which it could be said as well. */
  readonly others: readonly NamedSlot[]
}

/** Of the plugins a variable may name, the one whose schema names the key, then one whose schema is open to it; of several, and where there is none, the one with the longest id. */
function pluginKey(variable: string, slots: readonly NamedSlot[]): PluginKey {
  const candidates = slots
    .filter(({ id }) => variable.startsWith(`PLUGIN_${variableName(id)}_`) && variable.length > `PLUGIN_${variableName(id)}_`.length)
    .toSorted((a, b) => b.id.length - a.id.length)
  for (const mayBeOpen of [false, true]) {
    const found = candidates.flatMap((named) => {
      const keys = matchKeys(named.schema, variable.slice(`PLUGIN_${variableName(named.id)}_`.length), mayBeOpen)
      return keys ? [{ named, keys }] : []
    })
    const [first] = found
    if (!first) continue
    const others = new Map(found.filter(({ named }) => named.id !== first.named.id).map(({ named }) => [named.id, named]))
    return { ...first, others: mayBeOpen ? [] : [...others.values()] }
  }
  return { ...(candidates[0] ? { named: candidates[0] } : {}), others: [] }
}

/** `SERVER__PORT` as the keys of the schema; where the schema is open, and that is enough, as they are in lower case. */
function matchKeys(schema: JsonSchema | undefined, written: string, mayBeOpen = true): readonly string[] | undefined {
  const keys: string[] = []
  for (const part of written.split('__')) {
    const { names, open } = keysAt(schema, keys)
    const key = names.find((name) => variableName(name) === part) ?? (open && mayBeOpen ? part.toLowerCase() : undefined)
    if (key === undefined || key === '') return undefined
    keys.push(key)
  }
  return keys
}

function layerOf(assigned: readonly Assigned[]): ConfigLayer {
  const value: Record<string, Json> = {}
  for (const { keys, text } of assigned) {
    let inside = value
    for (const key of keys.slice(0, -1)) {
      const below = Object.hasOwn(inside, key) ? inside[key] : undefined
      const copy: Record<string, Json> = isObject(below) ? { ...below } : {}
      inside[key] = copy
      inside = copy
    }
    inside[keys.at(-1)!] = text
  }
  const variables = new Map(assigned.map(({ keys, variable }) => [printPath(keys), variable]))
  const variableOf = (keys: readonly string[]): string | undefined => {
    for (let length = keys.length; length > 0; length--) {
      const found = variables.get(printPath(keys.slice(0, length)))
      if (found !== undefined) return found
    }
    return [...variables].find(([path]) => path.startsWith(printPath(keys)))?.[1]
  }
  return { layer: 'environment', value, untyped: new Set(variables.keys()), unset: [], line: () => undefined, variable: variableOf }
}
