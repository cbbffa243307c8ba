import { PluginError } from '@cardcage/plugin'
import { misfits } from './check-schema.ts'
import { manifestSchema } from './manifest-schema.ts'
import { kinds } from './manifest.ts'
import type { JsonSchema } from './manifest.ts'
import type { ProvidedByKind } from './provides.ts'
import { isObject, own, printPath } from './schema-node.ts'
import { inputFaults, nameFault } from './spell-out.ts'

/**
 * What a plugin's process says it provides, once the host has looked at it: the shape of `describeProvides` and nothing that could do harm.
 *
 * @throws {PluginError} `invalid-manifest` naming the first fault.
 */
export function checkProvides(described: unknown): ProvidedByKind {
  const [misfit] = misfits(own(manifestSchema['properties'], 'provides') as JsonSchema, described)
  const fault = misfit ? `${printPath(misfit.path)}: ${misfit.message}` : firstNameFault(described as ProvidedByKind)
  if (fault !== undefined) throw new PluginError('invalid-manifest', `what the plugin provides is not as it should be: ${fault}`)
  return described as ProvidedByKind
}

function firstNameFault(provides: ProvidedByKind): string | undefined {
  if (!isObject(provides)) return 'no object'
  for (const kind of kinds) {
    for (const [name, { inputs = {} }] of Object.entries(provides[kind] ?? {})) {
      const fault = nameFault(kind, name) ?? inputFaults(inputs)[0]
      if (fault !== undefined) return `${kind}.${name}: ${fault}`
    }
  }
  return undefined
}
