import { type Json, PluginError } from '@cardcage/plugin'
import type { Problem } from '../manifest/problem.ts'

/** Something wrong with the configuration. `file` is `environment` where it is about a variable, which is then the key. */
export interface ConfigProblem extends Omit<Problem, 'code'> {
  readonly code: 'invalid-config' | 'not-found' | 'incompatible'
}

/** What a problem is made from: an error unless it says otherwise. */
export type ConfigFault = Omit<ConfigProblem, 'code' | 'severity'> & Partial<Pick<ConfigProblem, 'code' | 'severity'>>

/** Complete a problem; keys that are `undefined` are left out. */
export function configProblem({
  file,
  line,
  key,
  severity = 'error',
  code = 'invalid-config',
  message,
  fix,
}: {
  [Key in keyof ConfigFault]: ConfigFault[Key] | undefined
} & Pick<ConfigFault, 'file' | 'message' | 'fix'>): ConfigProblem {
  return { file, ...(line === undefined ? {} : { line }), ...(key === undefined ? {} : { key }), severity, code, message, fix }
}

/** `cardcage.yaml:4 slots.crm.enabled: message`. */
export function printConfigProblem({ file, line, key, message }: Pick<ConfigProblem, 'file' | 'line' | 'key' | 'message'>): string {
  return `${file}${line === undefined ? '' : `:${line}`}${key === undefined ? '' : ` ${key}`}: ${message}`
}

/** All errors among the problems as one `invalid-config`: each on a line of its message, all in `details.problems`. `undefined` if there is none. */
export function configProblemsAsError(problems: readonly ConfigProblem[]): PluginError | undefined {
  const errors = problems.filter(({ severity }) => severity === 'error')
  const [first] = errors
  if (!first) return undefined
  const lines = errors.map((problem) => `\n  ${printConfigProblem(problem)}`)
  const message =
    errors.length === 1
      ? `The configuration is wrong: ${printConfigProblem(first)}`
      : `${errors.length} things are wrong with the configuration:${lines.join('')}`
  const details: Json = { problems: errors.map((problem) => ({ ...problem })) }
  return new PluginError('invalid-config', message, {
    hint: errors.length === 1 ? first.fix : 'Run `cardcage config validate`: it says of each what to do.',
    details,
  })
}
