import type { ColumnNeed, ColumnType, Field, Fields } from '@cardcage/plugin'
import { PluginError } from '@cardcage/plugin'
import { nearest } from '@cardcage/plugin/internal'

/** A column of an input as `run` sees it, and the column of the caller it is. */
export interface Bound {
  readonly field: Field
  /** Name of the caller's column. */
  readonly source: string
}

/** Does a column of this Arrow type serve a role of that type? `ordered` is number or time. */
export function serves(type: string, wanted: ColumnType): boolean {
  const isNumber = /^(u?int(8|16|32|64)|float(16|32|64)|decimal\b)/.test(type)
  const isTime = /^(date|timestamp)/.test(type)
  switch (wanted) {
    case 'any':
      return true
    case 'number':
      return isNumber
    case 'time':
      return isTime
    case 'ordered':
      return isNumber || isTime
    case 'text':
      return type === 'utf8'
    case 'boolean':
      return type === 'bool'
  }
}

/**
 * Bind the caller's columns to an input's roles: what the caller named, then the column of the role's name, then the only one left of its type (for
 * `ordered`, the only time column before any number). Required roles choose before optional ones, and an optional one leaves a required `many` role at least
 * one column. A `many` role takes all that are left of its type. Columns nobody asked for are left out.
 *
 * @throws {PluginError} `invalid-call` with the candidates
 */
export function bindRoles(
  input: string,
  roles: Readonly<Record<string, ColumnNeed>>,
  schema: Fields,
  named: Readonly<Record<string, string | readonly string[]>>,
): Bound[] {
  const free = new Map(schema.map((field) => [field.name, field]))
  const bound = new Map<string, readonly Field[]>()
  const take = (role: string, fields: readonly Field[]) => {
    bound.set(role, fields)
    for (const { name } of fields) free.delete(name)
  }
  const fitting = ({ type: wanted }: ColumnNeed) => [...free.values()].filter(({ type }) => serves(type, wanted))
  const entries = Object.entries(roles)
  const open = (choose: (need: ColumnNeed) => boolean) => entries.filter(([role, need]) => !bound.has(role) && choose(need))

  for (const [role, need] of entries) {
    const wanted = named[`${input}.${role}`] ?? named[role]
    if (wanted !== undefined) take(role, explicit(input, role, need, wanted, schema))
  }
  for (const [role, need] of open(({ many }) => !many)) {
    const same = free.get(role)
    if (same && serves(same.type, need.type)) take(role, [same])
  }
  bindOnly(
    open(({ many, optional }) => !many && !optional),
    fitting,
    take,
  )
  for (const [role, need] of open(({ many, optional }) => !many && !optional))
    throw unbound(input, role, need, onlyTimes(fitting(need), need.type), schema)
  for (const [role, need] of open(({ many }) => !many)) {
    const [only, second] = onlyTimes(fitting(need), need.type)
    const isLast = open(({ many, optional }) => many === true && !optional).some(([, other]) =>
      fitting(other).every((field) => field === only),
    )
    if (only && !second && !isLast) take(role, [only])
  }
  for (const [role, need] of open(() => true).filter(([, { many }]) => many)) {
    const rest = fitting(need)
    if (rest.length === 0 && !need.optional) throw unbound(input, role, need, [], schema)
    take(role, rest)
  }
  const all = entries.flatMap(([role, need]) =>
    (bound.get(role) ?? []).map((field): Bound => ({ source: field.name, field: need.many ? field : renamed(field, role) })),
  )
  checkOnce(input, all)
  return all
}

/** Bind roles that can be only one column, until no more can: what one takes may leave another only one. */
function bindOnly(
  roles: readonly (readonly [string, ColumnNeed])[],
  fitting: (need: ColumnNeed) => Field[],
  take: (role: string, fields: readonly Field[]) => void,
): void {
  let left = roles
  for (let before = -1; before !== left.length;) {
    before = left.length
    left = left.filter(([role, need]) => {
      const candidates = onlyTimes(fitting(need), need.type)
      if (candidates.length === 1) take(role, candidates)
      return candidates.length !== 1
    })
  }
}

function checkOnce(input: string, bound: readonly Bound[]): void {
  const names = bound.map(({ field }) => field.name)
  const twice = bound.find(({ field }, index) => names.indexOf(field.name) !== index)
  if (!twice) return
  const { name } = twice.field
  const sources = bound.filter(({ field }) => field.name === name).map(({ source }) => source)
  throw new PluginError('invalid-call', `Two columns of input '${input}' would be called '${name}': ${sources.join(' and ')}`, {
    hint: 'Name the columns of each role, every one once.',
    details: { input, column: name },
  })
}

/** Refuse a name for a role no input has. @throws {PluginError} `invalid-call` */
export function checkRoleNames(
  named: Readonly<Record<string, unknown>>,
  inputs: Readonly<Record<string, { readonly columns?: Readonly<Record<string, ColumnNeed>> }>>,
): void {
  const names = Object.keys(named)
  if (names.length === 0) return
  const known = Object.entries(inputs).flatMap(([input, { columns = {} }]) =>
    Object.keys(columns).flatMap((role) => [role, `${input}.${role}`]),
  )
  for (const name of names) {
    if (known.includes(name)) continue
    const roles = known.filter((role) => !role.includes('.'))
    throw new PluginError('invalid-call', `There is no column role '${name}'`, {
      hint: roles.length === 0 ? 'This operation takes the columns as they are.' : `Its roles are ${[...new Set(roles)].join(', ')}.`,
      details: { role: name, roles },
    })
  }
}

function explicit(input: string, role: string, need: ColumnNeed, wanted: string | readonly string[], schema: Fields): readonly Field[] {
  const names = typeof wanted !== 'string' ? wanted : need.many ? wanted.split(',').map((name) => name.trim()) : [wanted]
  if (names.length === 0 || (names.length > 1 && !need.many)) {
    throw new PluginError(
      'invalid-call',
      `Role '${role}' of input '${input}' takes ${need.many ? 'columns' : 'one column'}; ${names.length} were named`,
      { details: { input, role } },
    )
  }
  return names.map((name) => named(input, role, need, name, schema))
}

function named(input: string, role: string, need: ColumnNeed, name: string, schema: Fields): Field {
  const field = schema.find((one) => one.name === name)
  if (!field) {
    const near = nearest(
      name,
      schema.map((one) => one.name),
    )
    throw new PluginError('invalid-call', `Input '${input}' has no column '${name}' for the role '${role}'`, {
      hint: `${near.length > 0 ? `Did you mean ${near.join(', ')}? ` : ''}Its columns are ${list(schema)}.`,
      details: { input, role, column: name, nearest: near },
    })
  }
  if (!serves(field.type, need.type)) {
    throw new PluginError(
      'invalid-call',
      `Column '${name}' is ${field.type}; the role '${role}' of input '${input}' needs ${phrase(need.type)}`,
      {
        hint: `Columns that would do: ${list(schema.filter(({ type }) => serves(type, need.type)))}.`,
        details: { input, role, column: name, type: field.type },
      },
    )
  }
  return field
}

function onlyTimes(candidates: readonly Field[], wanted: ColumnType): readonly Field[] {
  if (wanted !== 'ordered') return candidates
  const times = candidates.filter(({ type }) => serves(type, 'time'))
  return times.length === 1 ? times : candidates
}

function unbound(input: string, role: string, need: ColumnNeed, candidates: readonly Field[], schema: Fields): PluginError {
  const [message, hint] =
    candidates.length === 0
      ? [`Input '${input}' has no column for the role '${role}', which needs ${phrase(need.type)}`, `Its columns are ${list(schema)}.`]
      : [
          `Role '${role}' of input '${input}' could be ${candidates.length} columns: ${list(candidates)}`,
          `Say which: --column ${role}=${candidates[0]!.name}`,
        ]
  return new PluginError('invalid-call', message, { hint, details: { input, role, candidates: candidates.map(({ name }) => name) } })
}

function renamed(field: Field, role: string): Field {
  return field.name === role ? field : { ...field, name: role, metadata: { ...field.metadata, source: field.name } }
}

function phrase(type: ColumnType): string {
  const phrases = {
    number: 'numbers',
    time: 'times',
    ordered: 'numbers or times',
    text: 'text',
    boolean: 'true or false',
    any: 'any column',
  }
  return phrases[type]
}

function list(fields: Fields): string {
  return fields.length === 0 ? '(none)' : fields.map(({ name, type }) => `${name} (${type})`).join(', ')
}
