import type { Json, PluginError } from '@cardcage/plugin'
import type { JsonSchema } from '../manifest/manifest.ts'
import { masked, secretTexts } from '../config/secret.ts'
import type { Log } from '../observe/log.ts'
import { copyError } from '../policy/copy-error.ts'

/** Shorter secrets are not looked for: they would be found in every other word. */
const shortest = 4

/** Masks the secrets of one slot's config wherever they turn up in what people are shown. */
export interface Concealed {
  text(text: string): string
  json(value: Json): Json
  error(error: PluginError): PluginError
  /** A log that keeps and passes on nothing but masked lines. */
  log(log: Log): Log
}

/**
 * Make the mask of one slot. A plugin that was given a secret, or a server that echoes one, may write it into a log line or an error.
 */
export function concealSecrets(config: unknown, schema: JsonSchema | undefined): Concealed {
  const secrets = secretTexts(config, schema)
  const written = [...new Set(secrets.flatMap((secret) => [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)]))]
  const longestFirst = written.filter(({ length }) => length >= shortest).toSorted((a, b) => b.length - a.length)
  const text = (from: string) => longestFirst.reduce((before, secret) => before.replaceAll(secret, masked), from)
  const json = (value: Json): Json => {
    if (typeof value === 'string') return text(value)
    if (typeof value === 'number') return longestFirst.includes(String(value)) ? masked : value
    if (typeof value !== 'object' || value === null) return value
    if (Array.isArray(value)) return value.map(json)
    return Object.fromEntries(Object.entries(value).map(([key, inside]) => [text(key), json(inside)]))
  }
  if (longestFirst.length === 0) return { text: (from) => from, json: (from) => from, error: (error) => error, log: (log) => log }
  return {
    text,
    json,
    error(error) {
      const { message, hint, details, stack } = error
      const said = [JSON.stringify([message, hint, details]), stack, ...causesOf(error)].join('\n')
      if (text(said) === said) return error
      return copyError(error, {
        message: text(message),
        ...(hint === undefined ? {} : { hint: text(hint) }),
        ...(details === undefined ? {} : { details: json(details) }),
        ...(stack === undefined ? {} : { stack: text(stack) }),
        ...(error.cause === undefined ? {} : { cause: text(causesOf(error).join('\ncaused by: ')) }),
      })
    },
    log: (log) => ({
      last: log.last,
      write: ({ message, fields, ...record }) =>
        log.write({
          ...record,
          message: text(message),
          ...(fields ? { fields: json(fields) as typeof fields } : {}),
        }),
    }),
  }
}

/** The errors behind an error as they are shown to people who want to know all. */
function causesOf({ cause }: Error, depth = 10): readonly string[] {
  if (cause === undefined || depth === 0) return []
  return cause instanceof Error ? [cause.stack ?? cause.message, ...causesOf(cause, depth - 1)] : [JSON.stringify(cause) ?? typeof cause]
}
