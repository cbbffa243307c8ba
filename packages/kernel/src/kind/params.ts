import { type Json, PluginError } from '@cardcage/plugin'
import { noParams, validate } from '../config/validate.ts'
import type { JsonSchema } from '../manifest/manifest.ts'

/**
 * Params of a call against their JSON Schema: strings coerced, defaults filled in.
 *
 * @throws {PluginError} `invalid-call` with every problem: parameter, value, range, default
 */
export function bindParams(schema: JsonSchema | undefined, params: Readonly<Record<string, Json>> = {}): Json {
  const { value, problems } = validate(schema ?? noParams, params, { unknown: 'refuse' })
  if (problems.length === 0) return value as Json
  throw new PluginError('invalid-call', problems.map(({ message }) => message).join('; '), {
    details: { problems: problems as unknown as Json },
  })
}
