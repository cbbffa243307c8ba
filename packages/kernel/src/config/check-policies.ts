import type { Json } from '@cardcage/plugin'
import { didYouMean } from '@cardcage/plugin/internal'
import { printValue } from '../manifest/describe-schema.ts'
import { isObject, printPath } from '../manifest/schema-node.ts'
import { type GroupKey, policyKeys, type ValueKey } from './config-keys.ts'
import type { ConfigProblem } from './config-problem.ts'
import { configProblem } from './config-problem.ts'
import { lineOf, type Setting } from './config-settings.ts'
import type { PolicyConfig } from './policy-config.ts'
import { camelKeys, settingsBelow } from './settings-below.ts'

/** What is wrong with the policies when all files are put together: a key that is missing beside others, delays the wrong way round. */
export function checkPolicies(settings: readonly Setting[], problems: ConfigProblem[]): void {
  const policies = new Map<string, Setting[]>()
  for (const setting of settings) {
    const { path } = setting
    const length = path[0] === 'policy' ? 2 : path[0] === 'slots' && path[2] === 'policy' ? 3 : 0
    if (length === 0) continue
    const id = path.slice(0, length).join('.')
    const before = policies.get(id)
    if (before) before.push(setting)
    else policies.set(id, [setting])
  }
  const all = settingsBelow(policies.get('policy.all') ?? [], ['policy', 'all'])
  for (const own of policies.values()) {
    const start = own[0]!.path.slice(0, own[0]!.path[0] === 'policy' ? 2 : 3)
    const policy = settingsBelow(own, start)
    for (const [name, group] of Object.entries(policyKeys)) {
      const given = policy[name]
      if (group.type !== 'group' || !isObject(given)) continue
      // A slot that says a part of it has the rest from the policy of every slot.
      const common = start[0] === 'slots' ? all[name] : undefined
      const whole = { ...(isObject(common) ? common : {}), ...given }
      for (const message of faultsOf(group, whole)) problems.push(at(own, [...start, name], Object.keys(group.keys).join(', '), message))
    }
  }
}

function faultsOf({ required = [] }: GroupKey, given: Readonly<Record<string, Json>>): string[] {
  const missing = required.filter((key) => !Object.hasOwn(given, key)).map((key) => `${key} is missing`)
  const delay = Number(given['delay'] ?? 1000)
  const most = Number(given['max_delay'] ?? 30_000)
  return delay > most ? [...missing, `max_delay (${most} ms) is below delay (${delay} ms)`] : missing
}

function at(settings: readonly Setting[], path: readonly string[], keys: string, message: string): ConfigProblem {
  const setting = settings.findLast((one) => path.every((key, i) => one.path[i] === key))!
  const file = setting.source?.file ?? 'environment'
  return configProblem({
    file,
    line: lineOf(setting),
    key: setting.variable ?? printPath(path),
    message,
    fix: `Keys of \`${path.at(-1)}\`: ${keys}.`,
  })
}

/** What is wrong with the policy a program gives a slot; times in milliseconds. */
export function policyFaults(policy: PolicyConfig): string[] {
  return groupFaults({ type: 'group', description: '', keys: policyKeys }, policy, 'policy')
}

function groupFaults(group: GroupKey, given: unknown, at: string): string[] {
  if (!isObject(given)) return [`${at}: ${printValue(given)} given, an object is possible`]
  const names = new Map(Object.keys(group.keys).map((key) => [Object.keys(camelKeys<object>({ [key]: null }))[0]!, key]))
  const known = [...names].flatMap(([name, key]) => {
    const node = group.keys[key]!
    const value = given[name]
    if (value === undefined) return []
    return node.type === 'group' ? groupFaults(node, value, `${at}.${name}`) : numberFaults(node as ValueKey, value, `${at}.${name}`)
  })
  const missing = (group.required ?? []).filter((key) => given[key] === undefined).map((key) => `${at}.${key} is missing`)
  const others = Object.keys(given).filter((name) => !names.has(name))
  return [...known, ...missing, ...others.map((name) => `${at}.${name} is not known.${didYouMean(name, names.keys())}`)]
}

function numberFaults({ type, minimum = 0, maximum = Infinity }: ValueKey, value: Json, at: string): string[] {
  const isNumber = typeof value === 'number' && (type === 'count' ? Number.isSafeInteger(value) : value < Infinity)
  const isAbove = type === 'duration' && minimum > 0 ? Number(value) > 0 : Number(value) >= minimum
  if (isNumber && isAbove && value <= maximum) return []
  const unit = type === 'duration' ? 'milliseconds' : type === 'size' ? 'bytes' : type === 'count' ? 'a whole number' : 'a number'
  const least = type === 'duration' && minimum > 0 ? 'above 0' : `from ${minimum}`
  return [`${at}: ${printValue(value)} given, ${unit} ${least}${maximum < Infinity ? ` to ${maximum}` : ''} is possible`]
}
