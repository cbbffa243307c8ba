import type { Field } from '@cardcage/plugin'

/** How a column is called in a figure: its title, else the column the caller bound, else its name; with its unit. */
export function columnLabel(field: Field): string {
  const { title, source, unit } = field.metadata ?? {}
  const name = title ?? source ?? field.name
  return unit ? `${name} (${unit})` : name
}

/** The same without the unit. */
export function columnTitle(field: Field): string {
  return field.metadata?.title ?? field.metadata?.source ?? field.name
}

/** Does the column hold dates or timestamps? */
export function isTime(field: Field): boolean {
  return /^(date|timestamp)/u.test(field.type)
}
