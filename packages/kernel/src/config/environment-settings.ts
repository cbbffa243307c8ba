import { resolve } from 'node:path'
import { nearest } from '@cardcage/plugin/internal'
import { type ConfigKey, configKeys, type ValueKey } from './config-keys.ts'
import type { ConfigProblem } from './config-problem.ts'
import { configProblem } from './config-problem.ts'
import type { Setting } from './config-settings.ts'
import { readConfigValue } from './config-value.ts'
import type { Variables } from './interpolate.ts'

/** Variables that say where things lie; they are no settings. */
const others = ['CARDCAGE_HOME', 'CARDCAGE_CONFIG']

const prefix = 'CARDCAGE_'

/** A key as it stands in the name of a variable: upper case, one `_` for everything that is neither letter nor digit. */
export function variableName(key: string): string {
  return key.toUpperCase().replace(/[^A-Z0-9]+/g, '_')
}

/**
 * Settings of the host in environment variables: `CARDCAGE_TIMEOUT`, `CARDCAGE_PLUGINS_PATHS` (`:` between paths), `CARDCAGE_POLICY__ALL__TIMEOUT`; a level is
 * `__` or `_`. Those of slots are read when the plugins are known.
 *
 * @param known names of variables that are used otherwise
 */
export function environmentSettings(
  cwd: string,
  variables: Variables,
  problems: ConfigProblem[],
  known: ReadonlySet<string>,
): readonly Setting[] {
  const names = hostVariables()
  const settings: Setting[] = []
  for (const [variable, text] of Object.entries(variables)) {
    if (!variable.startsWith(prefix) || variable.startsWith('CARDCAGE_SLOTS__') || others.includes(variable) || text === undefined) continue
    const found = names.get(variable)
    if (!found) {
      if (known.has(variable)) continue
      const near = nearest(
        variable.slice(prefix.length),
        [...names.keys(), ...others].map((name) => name.slice(prefix.length)),
      )
      const hint = near.length > 0 ? ` Did you mean ${near.map((name) => `'${prefix}${name}'`).join(' or ')}?` : ''
      const message = `is no variable of Cardcage.${hint}`
      problems.push(
        configProblem({ file: 'environment', key: variable, severity: 'warning', message, fix: 'Correct its name, or unset it.' }),
      )
      continue
    }
    const { node, path } = found
    const read = readConfigValue(node, node.type === 'paths' ? text.split(':').filter((each) => each !== '') : text)
    if ('needed' in read)
      problems.push(
        configProblem({
          file: 'environment',
          key: variable,
          message: `${read.given} given, ${read.needed} needed`,
          fix: 'Correct it, or unset it.',
        }),
      )
    else
      settings.push({
        path,
        value: node.type === 'paths' ? (read.value as string[]).map((each) => resolve(cwd, each)) : read.value,
        keys: [],
        variable,
      })
  }
  return settings
}

function hostVariables(): ReadonlyMap<string, { readonly node: ValueKey; readonly path: readonly string[] }> {
  const names = new Map<string, { readonly node: ValueKey; readonly path: readonly string[] }>()
  const visit = (node: ConfigKey, path: readonly string[]) => {
    if (node.type === 'named' || path[0] === 'include') return
    if (node.type === 'group') for (const [key, inside] of Object.entries(node.keys)) visit(inside, [...path, key])
    else for (const level of ['__', '_']) names.set(`CARDCAGE_${path.map(variableName).join(level)}`, { node, path })
  }
  visit(configKeys, [])
  return names
}
