import type { ErrorCode, PluginContext } from '@cardcage/plugin'
import { PluginError } from '@cardcage/plugin'
import type { PluginForm } from '../assignment.ts'
import { guarded } from './guide-error.ts'
import { member } from './spelling.ts'

/** A context whose config is whatever the manifest says it is. */
export type GuideContext = PluginContext<Readonly<Record<string, unknown>>>

/** One instance of a plugin in a guide's form, and what an adapter needs of it. Names are in camel case here, however they are spelled there. */
export interface Guide {
  readonly plugin: object
  readonly ctx: GuideContext
  readonly form: PluginForm | undefined
  has(method: string): boolean
  /** Call a method. @throws {PluginError} what it throws, as the contract's error where it has a guide's name; `otherwise` is the code of an error without one */
  call(method: string, args: readonly unknown[], otherwise?: ErrorCode): Promise<unknown>
  /** A member of the instance or of its class; a method is called without arguments. */
  value(name: string): Promise<unknown>
}

/** Make a guide's plugin callable by one spelling. */
export function guideOf(plugin: object, ctx: GuideContext, form: PluginForm | undefined): Guide {
  const call: Guide['call'] = async (name, args, otherwise) => {
    const method = member(plugin, name)
    if (typeof method !== 'function') throw new PluginError('unsupported', `The plugin has no method ${name}`)
    return await guarded(() => Reflect.apply(method, plugin, args) as unknown, otherwise)
  }
  return {
    plugin,
    ctx,
    form,
    has: (name) => typeof member(plugin, name) === 'function',
    call,
    async value(name) {
      const found = member(plugin, name) ?? (name === 'name' ? undefined : member(plugin.constructor, name))
      return typeof found === 'function' ? await call(name, []) : found
    },
  }
}
