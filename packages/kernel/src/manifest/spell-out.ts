import type { ColumnNeed, ColumnType, Kind } from '@cardcage/plugin'
import { eventPatternRule, isEventPattern, isName, nameRule } from '../base/id.ts'
import type { ProvidedInput } from './provides.ts'

/** Inputs as an author may write them: a column role may be just its type. */
export type WrittenInputs = Readonly<
  Record<string, Omit<ProvidedInput, 'columns'> & { readonly columns?: Readonly<Record<string, ColumnType | ColumnNeed>> }>
>

/** Inputs with every column role as an object; one called `data` where there are none given. */
export function spellOutInputs(inputs: WrittenInputs | undefined): Readonly<Record<string, ProvidedInput>> {
  return mapValues(inputs ?? { data: {} }, ({ columns, ...input }) => ({
    ...input,
    ...(columns ? { columns: mapValues(columns, (need) => (typeof need === 'string' ? { type: need } : { ...need })) } : {}),
  }))
}

/** Why something of this kind cannot be called so; `undefined` if it can. */
export function nameFault(kind: Kind, name: string): string | undefined {
  if (kind === 'handler')
    return isEventPattern(name) ? undefined : `${JSON.stringify(name)} is no event type or pattern: ${eventPatternRule}`
  return isName(name) ? undefined : `${JSON.stringify(name)} is no name: ${nameRule}`
}

/** Why inputs cannot be offered: a name with a dot, more rows at least than at most. */
export function inputFaults(inputs: WrittenInputs): readonly string[] {
  return Object.entries(inputs).flatMap(([name, { columns, minRows, maxRows }]) => [
    ...[name, ...Object.keys(columns ?? {})]
      .filter((each) => !isName(each))
      .map((each) => `${JSON.stringify(each)} is no name: ${nameRule}`),
    ...(minRows !== undefined && maxRows !== undefined && minRows > maxRows
      ? [`input ${name}: minRows ${minRows} is above maxRows ${maxRows}`]
      : []),
  ])
}

/** The same keys with other values. Keys are the object's own, also `__proto__`. */
export function mapValues<A, B>(object: Readonly<Record<string, A>>, change: (value: A, key: string) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value, key)]))
}
