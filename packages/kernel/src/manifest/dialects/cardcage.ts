import { isObject, own } from '../schema-node.ts'
import { putDependencies, putRequirements } from './put-dependencies.ts'
import { putKeywords, type Translation } from './translation.ts'

/**
 * The canonical dialect, which needs hardly any change: `manifestVersion` is read as `manifest_version`, maps of dependencies and libraries as lists, a list of
 * capabilities as keywords. Values that are not as they should be stay as they are, to be told later.
 */
export function cardcage(t: Translation): void {
  for (const [key, value] of Object.entries(t.raw)) t.set([key], value)
  if (own(t.raw, 'manifestVersion') !== undefined) {
    t.remove('manifestVersion')
    t.rename('manifestVersion', 'manifest_version')
  }
  if (isObject(own(t.raw, 'dependencies'))) {
    t.remove('dependencies')
    putDependencies(t, 'dependencies')
  }
  if (isObject(own(t.raw, 'requires'))) putRequirements(t, 'requires')
  if (Array.isArray(own(t.raw, 'capabilities'))) {
    t.remove('capabilities')
    putKeywords(t, 'keywords', 'capabilities')
  }
}
