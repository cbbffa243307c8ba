import { type Json, PluginError } from '@cardcage/plugin'
import { isPluginId, pluginIdRule } from '../base/id.ts'
import { policyFaults } from '../config/check-policies.ts'
import { validate } from '../config/validate.ts'
import type { IsolationLevel, Manifest } from '../manifest/manifest.ts'
import type { SlotConfig } from './slot-info.ts'

/** The level a slot runs at here. */
export function levelOf(config: SlotConfig | undefined): IsolationLevel {
  return config?.isolation === 'inline' ? 'L0' : 'L1'
}

/** A slot's config after its schema: strings coerced, defaults filled in; or why it cannot be run. */
export function checkSlotConfig(
  name: string,
  config: SlotConfig,
  manifest: Manifest,
): { readonly config: Json; readonly error?: PluginError } {
  const given = config.config ?? {}
  const { value, problems } = manifest.configSchema
    ? validate(manifest.configSchema, given, { noun: 'config key' })
    : { value: given, problems: [] }
  const messages = [...slotFaults(name, config), ...problems.map(({ message }) => message)]
  const error = messages.length > 0 ? configError(name, messages, problems as unknown as Json) : levelError(name, manifest, levelOf(config))
  return { config: value as Json, ...(error ? { error } : {}) }
}

/** What is wrong with a slot as a program or a file has it, besides its config. */
export function slotFaults(name: string, { isolation, instances, policy }: SlotConfig): string[] {
  return [
    ...(isPluginId(name) ? [] : [`'${name}' is no name of a slot: it has ${pluginIdRule}`]),
    ...(isolation === undefined || isolation === 'process' || isolation === 'inline'
      ? []
      : [`isolation: '${String(isolation)}' given, one of process, inline is possible`]),
    ...(instances === undefined || (Number.isSafeInteger(instances) && instances > 0)
      ? []
      : [`instances: ${instances} given, a whole number from 1 is possible`]),
    ...(policy === undefined ? [] : policyFaults(policy)),
  ]
}

function configError(name: string, messages: readonly string[], problems: Json): PluginError {
  return new PluginError('invalid-config', `Config of slot '${name}': ${messages.join('; ')}`, { details: { problems } })
}

function levelError(name: string, { isolation }: Manifest, level: IsolationLevel): PluginError | undefined {
  if (!isolation.minimum || level >= isolation.minimum) return undefined
  return new PluginError('incompatible', `${name} asks for isolation ${isolation.minimum} at least; here it would run at ${level}`, {
    hint: 'Run it on a host that offers that level, or lower `isolation.minimum` of its manifest.',
  })
}
