import { PluginError } from '@cardcage/plugin'
import { type GuideLogger, registeredFactories } from '@cardcage/plugin/guides'
import type { Assignment } from '../assignment.ts'
import { guarded } from './guide-error.ts'
import { isRecord, member, sameId } from './spelling.ts'

/** What makes a plugin, or is one, in an entry module: a class, a factory, or an object with the methods. */
type Candidate = object

const factoryName = /^(?:create_?plugin|new_?\w*plugin)$/i

/**
 * Make the plugin an entry module holds: the export its manifest names, else the default export, a factory, the factory registered for its id, the only class
 * or object of a form, or the module itself.
 *
 * @param methods the methods of which a plugin has at least one
 * @throws {PluginError} `invalid-manifest` that says what was looked for and what the module exports; what the class or factory throws
 */
export async function findPlugin(
  module: unknown,
  { entry, form, plugin: { id } }: Assignment,
  methods: readonly string[],
  logger: GuideLogger,
): Promise<object> {
  const exports = exportsOf(module)
  const refuse = (why: string) => {
    const looked = `definePlugin(), or a class, a factory or an object with one of ${methods.join(', ')}`
    return new PluginError('invalid-manifest', `${entry} does not export a plugin: ${why}; looked for ${looked}`, {
      hint: 'End the entry module with `export default definePlugin({ setup: … })`, or export what one of the guides has.',
    })
  }
  const { default: main } = exports
  const named = form?.export !== undefined && (exports[form.export] ?? (nameOf(main) === form.export ? main : undefined))
  if (form?.export !== undefined && named === undefined)
    throw refuse(`its manifest names the export '${form.export}', and it exports ${describe(exports)}`)
  const candidate = form?.export === undefined ? choose(exports, id, methods, refuse) : named
  if (!isCandidate(candidate)) throw refuse(`it exports ${describe(exports)}`)
  const plugin = await guarded(() => make(candidate, logger))
  if (isCandidate(plugin) && fits(plugin, methods)) return plugin
  throw refuse(
    candidate === plugin ? `it exports ${describe(exports)}` : `what it makes has none of the methods, and it exports ${describe(exports)}`,
  )
}

/** What a module exports by name; CommonJS may export a class itself. */
function exportsOf(module: unknown): Readonly<Record<string, unknown>> {
  if (typeof module === 'function') return { default: module }
  const exports = isRecord(module) ? { ...module } : {}
  const { default: inner } = exports
  return isRecord(inner) && Object.keys(inner).some((name) => factoryName.test(name)) ? { ...inner, ...exports } : exports
}

function choose(
  exports: Readonly<Record<string, unknown>>,
  id: string,
  methods: readonly string[],
  refuse: (why: string) => PluginError,
): unknown {
  const fitting = (value: unknown) => isCandidate(value) && fits(isClass(value) ? (value.prototype as object) : value, methods)
  const { default: main } = exports
  if (fitting(main) || (typeof main === 'function' && !isClass(main))) return main
  const factory = Object.keys(exports).find((name) => factoryName.test(name) && typeof exports[name] === 'function')
  if (factory !== undefined) return exports[factory]
  const registered = [...registeredFactories()].find(([name]) => sameId(name, id))
  if (registered) return registered[1]
  const others = Object.keys(exports).filter(
    (name) => fitting(exports[name]) && (isClass(exports[name]) || typeof exports[name] === 'object'),
  )
  if (others.length > 1)
    throw refuse(`it exports ${others.length} that could be it, ${others.join(', ')}: name one as "export" in the manifest`)
  if (others.length === 1) return exports[others[0]!]
  if (isCandidate(main)) return main
  const classes = Object.keys(exports).filter((name) => isClass(exports[name]))
  if (fits(exports, methods)) return exports
  return classes.length === 1 ? exports[classes[0]!] : undefined
}

async function make(candidate: Candidate, logger: GuideLogger): Promise<unknown> {
  if (isClass(candidate)) return new candidate(logger)
  return typeof candidate === 'function' ? await (candidate as (logger: GuideLogger) => unknown)(logger) : candidate
}

/** Has it one of the methods? */
export function fits(plugin: object, methods: readonly string[]): boolean {
  return methods.some((name) => typeof member(plugin, name) === 'function')
}

function isCandidate(value: unknown): value is Candidate {
  return (typeof value === 'object' || typeof value === 'function') && value !== null
}

function isClass(value: unknown): value is new (logger: GuideLogger) => object {
  if (typeof value !== 'function') return false
  const prototype = (value as { prototype?: object }).prototype ?? {}
  return /^class\b/.test(Function.prototype.toString.call(value)) || Object.getOwnPropertyNames(prototype).length > 1
}

function nameOf(value: unknown): unknown {
  return typeof value === 'function' ? value.name : undefined
}

function describe(exports: Readonly<Record<string, unknown>>): string {
  const named = Object.keys(exports)
    .slice(0, 8)
    .map((name) => `${name} (${isClass(exports[name]) ? 'a class' : typeof exports[name]})`)
  return named.length === 0 ? 'nothing' : named.join(', ')
}
