import { isOutside } from '../entry.ts'
import { own } from '../schema-node.ts'
import type { EntrySearch, Translation } from './translation.ts'

/**
 * Where an `entry_point` leads: `"module.PluginClass"` and `"package.module:Class"` to a module and its export, `"plugin.py"` to the module of that name. The
 * host runs no Python: the same name is looked for with an extension of TypeScript or JavaScript.
 *
 * @see Platform Base guide, "Manifest Schema (v1.0)"
 */
export function entryPoint(t: Translation, key: string, fallback: readonly string[]): EntrySearch {
  t.stands('entry', [key])
  const written = own(t.raw, key) ?? undefined
  if (written === undefined) return { stems: fallback, key }
  const [, file, extension] = typeof written === 'string' ? (/^((?:[^\0:]*\/)?[\w.-]+?)\.(py|[cm]?[jt]s)$/.exec(written) ?? []) : []
  if (file !== undefined && !isOutside(file)) {
    t.note({ from: key, to: 'entry' })
    return { ...(extension === 'py' ? {} : { exact: `${file}.${extension}` }), stems: [file], key }
  }
  const [, dotted, separator, name] =
    typeof written === 'string' ? (/^([\w-]+(?:\.[\w-]+)*?)(?:([.:])([A-Za-z_$][\w$]*))?$/.exec(written) ?? []) : []
  if (dotted === undefined) {
    t.wrong([key], written, 'an entry point', 'Write "module.PluginClass", "package:PluginClass" or "plugin.ts".')
    return { stems: fallback, key, isWrong: true }
  }
  t.note({ from: key, to: name === undefined ? 'entry' : 'entry, export' })
  if (name !== undefined) {
    t.stands('export', [key])
    t.set('export', name)
  }
  return { stems: modulePaths(dotted, separator === ':'), key }
}

/** `a.b` → a/b, a/b/index, and the same without `a`, which may be the folder itself. */
function modulePaths(dotted: string, isPackage: boolean): readonly string[] {
  const parts = dotted.split('.')
  const paths = parts.map((_, i) => parts.slice(i).join('/'))
  return [...paths.flatMap((path) => [path, `${path}/index`]), ...(isPackage ? ['index', 'plugin'] : [])]
}
