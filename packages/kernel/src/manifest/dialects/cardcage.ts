import { printValue } from '../describe-schema.ts'
import { isObject, own } from '../schema-node.ts'
import { putDependencies, putRequirements } from './put-dependencies.ts'
import { putKeywords, type Translation } from './translation.ts'

/**
 * The canonical dialect, which needs hardly any change: `manifestVersion` is read as `manifest_version`, maps of dependencies and libraries as lists, a list of
 * capabilities as keywords, `"index.ts#name"` as entry and export. Values that are not as they should be stay as they are, to be told later.
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
  putExport(t)
}

/** The export that stands behind the entry module: `"src/plugin.ts#MyPlugin"`. */
function putExport(t: Translation): void {
  const entry = own(t.raw, 'entry')
  const [, file, name] = typeof entry === 'string' ? (/^(.*\.[cm]?[jt]s)#([A-Za-z_$][\w$]*)$/s.exec(entry) ?? []) : []
  if (file === undefined || name === undefined) return
  const given = own(t.raw, 'export')
  if (given !== undefined && given !== name)
    t.report({
      keys: ['entry'],
      message: `${printValue(entry)} names another export than "export", which is ${printValue(given)}`,
      fix: 'Keep one of the two.',
    })
  t.set('entry', file)
  t.set('export', name)
  if (given === undefined) t.stands('export', ['entry'])
  t.note({ from: 'entry', to: 'entry, export' })
}
