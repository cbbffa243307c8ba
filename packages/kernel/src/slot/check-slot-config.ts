import { type Json, PluginError } from '@cardcage/plugin'
import { isPluginId, pluginIdRule } from '../base/id.ts'
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

function slotFaults(name: string, { isolation, policy = {} }: SlotConfig): string[] {
  const { timeout, concurrency, startTimeout } = policy
  return [
    ...(isPluginId(name) ? [] : [`'${name}' is no name of a slot: it has ${pluginIdRule}`]),
    ...(isolation === undefined || isolation === 'process' || isolation === 'inline'
      ? []
      : [`isolation: '${String(isolation)}' given, one of process, inline is possible`]),
    ...(timeout === undefined || timeout > 0 ? [] : [`policy.timeout: ${timeout} given, milliseconds above 0 are possible`]),
    ...(startTimeout === undefined || startTimeout > 0
      ? []
      : [`policy.startTimeout: ${startTimeout} given, milliseconds above 0 are possible`]),
    ...(concurrency === undefined || (Number.isInteger(concurrency) && concurrency > 0)
      ? []
      : [`policy.concurrency: ${concurrency} given, a whole number from 1 is possible`]),
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
