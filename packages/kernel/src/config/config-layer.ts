import type { Json } from '@cardcage/plugin'
import { printPath } from '../manifest/schema-node.ts'
import type { FileLayer } from './config-places.ts'
import type { Setting } from './config-settings.ts'
import type { ConfigSource } from './config-source.ts'
import type { Place } from './interpolate.ts'

/**
 * Who says a value, lowest first: the schema's default, the manifest, files of system, user and project (or `file`: one that was named), the plugin's own files
 * (`user-plugin`, `workspace-plugin`), the environment, the program that made the kernel.
 */
export type LayerName = 'default' | 'manifest' | FileLayer | 'user-plugin' | 'workspace-plugin' | 'environment' | 'program'

/** Where a value comes from. */
export interface Origin {
  readonly layer: LayerName
  readonly file?: string
  readonly line?: number
  /** Name of the environment variable. */
  readonly variable?: string
}

/** What one layer says of a slot's config. */
export interface ConfigLayer {
  readonly layer: LayerName
  readonly file?: string
  readonly value: Readonly<Record<string, Json>>
  /** Printed paths of texts whose type only the schema knows: they come from variables. */
  readonly untyped: ReadonlySet<string>
  /** What is left out for want of a variable. */
  readonly unset: readonly Place<string>[]
  line(keys: readonly string[]): number | undefined
  variable(keys: readonly string[]): string | undefined
}

/** Where a layer says what stands at these keys. */
export function originIn(layer: ConfigLayer, keys: readonly string[]): Origin {
  const line = layer.line(keys)
  const variable = layer.variable(keys)
  return {
    layer: layer.layer,
    ...(layer.file === undefined ? {} : { file: layer.file }),
    ...(line === undefined ? {} : { line }),
    ...(variable === undefined ? {} : { variable }),
  }
}

/** A layer whose values are those of an object. */
export function plainLayer(layer: LayerName, value: Readonly<Record<string, Json>>, file?: string): ConfigLayer {
  return {
    layer,
    value,
    ...(file === undefined ? {} : { file }),
    untyped: new Set(),
    unset: [],
    line: () => undefined,
    variable: () => undefined,
  }
}

/** A layer that is the whole of a file. */
export function sourceLayer(
  layer: LayerName,
  { file, value, used, unset, line }: ConfigSource,
  below: readonly string[] = [],
): ConfigLayer {
  const inside = (keys: readonly string[]) => (below.every((key, i) => keys[i] === key) ? [keys.slice(below.length)] : [])
  const given = below.reduce<Json>((outer, key) => (outer as Readonly<Record<string, Json>>)[key]!, value as Json)
  return {
    layer,
    file,
    value: given as Readonly<Record<string, Json>>,
    untyped: new Set(used.flatMap(({ keys }) => inside(keys).map(printPath))),
    unset: unset.flatMap(({ keys, found }) => inside(keys).map((rest) => ({ keys: rest, found }))),
    line: (keys) => line([...below, ...keys]),
    variable: () => undefined,
  }
}

/** What the files say of one slot's config, a layer for each, lowest first. `slot` is the name as it is compared. */
export function fileLayers(settings: readonly Setting[], slot: string): readonly ConfigLayer[] {
  const mine = settings.filter(({ path, source }) => source && path[0] === 'slots' && path[1] === slot && path[2] === 'config')
  return [...Map.groupBy(mine, ({ source }) => source!)].map(([source, parts]) => partsLayer(source, parts))
}

/** The layer of a file that has the config of a slot in several places: `settings` and `feature_flags`. */
function partsLayer(source: ConfigSource, settings: readonly Setting[]): ConfigLayer {
  const parts = settings.map(({ path, keys, value }) => ({ rest: path.slice(3), keys, value }))
  const value: Record<string, Json> = {}
  for (const part of parts)
    merge(value, part.rest.reduceRight<Json>((inside, key) => ({ [key]: inside }), part.value) as Record<string, Json>)
  const below = <T>(places: readonly Place<T>[]) =>
    parts.flatMap(({ rest, keys }) =>
      places
        .filter((place) => keys.every((key, i) => place.keys[i] === key))
        .map(({ keys: at, found }) => ({ keys: [...rest, ...at.slice(keys.length)], found })),
    )
  return {
    layer: source.layer === 'workspace' ? 'workspace-plugin' : source.layer,
    file: source.file,
    value,
    untyped: new Set(below(source.used).map(({ keys }) => printPath(keys))),
    unset: below(source.unset),
    line(keys) {
      const part = parts.findLast(({ rest }) => rest.length <= keys.length && rest.every((key, i) => keys[i] === key)) ?? parts[0]!
      return source.line([...part.keys, ...keys.slice(part.rest.length)])
    },
    variable: () => undefined,
  }
}

/** Objects by key; everything else is replaced. */
function merge(into: Record<string, Json>, from: Readonly<Record<string, Json>>): void {
  for (const [key, value] of Object.entries(from)) {
    const before = Object.hasOwn(into, key) ? into[key] : undefined
    if (isRecord(before) && isRecord(value)) {
      const copy = { ...before }
      merge(copy, value)
      into[key] = copy
    } else into[key] = value
  }
}

function isRecord(value: Json | undefined): value is Readonly<Record<string, Json>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
