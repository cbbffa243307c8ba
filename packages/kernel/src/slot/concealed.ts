import type { Json, PluginError } from '@cardcage/plugin'
import type { JsonSchema } from '../manifest/manifest.ts'
import { masked, secretPaths } from '../config/secret.ts'
import type { Log } from '../observe/log.ts'
import { copyError } from './error-at.ts'

/** Shorter secrets are not looked for: they would be found in every other word. */
const shortest = 4

/** Masks the secrets of one slot's config wherever they turn up in what people are shown. */
export interface Concealed {
  text(text: string): string
  error(error: PluginError): PluginError
  /** A log that keeps and passes on nothing but masked lines. */
  log(log: Log): Log
}

/**
 * Make the mask of one slot. A plugin that was given a secret, or a server that echoes one, may write it into a log line or an error.
 */
export function concealSecrets(config: unknown, schema: JsonSchema | undefined): Concealed {
  const secrets = schema ? [...new Set(secretPaths(schema).flatMap((path) => textsAt(config, path)))] : []
  const written = [...new Set(secrets.flatMap((secret) => [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)]))]
  const longestFirst = written.filter(({ length }) => length >= shortest).toSorted((a, b) => b.length - a.length)
  const text = (from: string) => longestFirst.reduce((before, secret) => before.replaceAll(secret, masked), from)
  const json = <T extends Json>(value: T): T => JSON.parse(text(JSON.stringify(value))) as T
  if (longestFirst.length === 0) return { text: (from) => from, error: (error) => error, log: (log) => log }
  return {
    text,
    error(error) {
      const { message, hint, details } = error
      const said = JSON.stringify([message, hint, details])
      if (text(said) === said) return error
      return copyError(error, {
        message: text(message),
        ...(hint === undefined ? {} : { hint: text(hint) }),
        ...(details === undefined ? {} : { details: json(details) }),
      })
    },
    log: (log) => ({
      last: log.last,
      write: ({ message, fields, ...record }) =>
        log.write({ ...record, message: text(message), ...(fields ? { fields: json(fields) } : {}) }),
    }),
  }
}

function textsAt(value: unknown, [key, ...rest]: readonly string[]): string[] {
  if (key === undefined) return typeof value === 'string' ? [value] : []
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, inside]) => (key === '*' || key === name ? textsAt(inside, rest) : []))
}
