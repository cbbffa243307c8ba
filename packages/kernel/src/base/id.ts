/** The rule for a plugin's id, for messages. */
export const pluginIdRule = 'lower-case letters, digits, "-" and "_", beginning with a letter or digit, at most 64 characters'

/** The same rule as a regular expression's source, for the manifest's JSON Schema. */
export const pluginIdPattern = '^(?!(?:constructor|prototype)$)[a-z0-9][a-z0-9_-]{0,63}$'

/** The rule for the name of something provided, of an input and of a column role, for messages. */
export const nameRule = 'letters, digits, "-" and "_", beginning with a letter or digit, at most 128 characters'

/** The rule for a handler's key, for messages. */
export const eventPatternRule = 'dotted words of letters, digits, "-" and "_" or "*", such as order.created or order.*'

const pluginId = new RegExp(pluginIdPattern)
const name = /^(?!(?:constructor|prototype)$)[a-z0-9][\w-]{0,127}$/i
const eventPattern = /^(?=.{1,256}$)(?:[a-z0-9][\w-]*|\*{1,2})(?:\.(?:[a-z0-9][\w-]*|\*{1,2}))*$/i

/** May this be a plugin's id? It is also a slot's name, so it never holds a path, a dot or `__proto__`. */
export function isPluginId(text: string): boolean {
  return pluginId.test(text)
}

/** May something provided, an input or a column role be called this? Never a dot: it would break `slot.kind.name` and `input.role`. */
export function isName(text: string): boolean {
  return name.test(text)
}

/** May a handler be keyed by this event type or pattern? */
export function isEventPattern(text: string): boolean {
  return eventPattern.test(text) && !['constructor', 'prototype'].includes(text)
}

const start = Math.floor(Math.random() * 36 ** 5)
  .toString(36)
  .padStart(5, '0')
let count = 0

/** A short id, unique in this process and hardly ever the same in another: for calls and log lines. */
export function callId(): string {
  return `${start}-${(++count).toString(36)}`
}
