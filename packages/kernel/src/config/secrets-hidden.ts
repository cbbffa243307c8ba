import { randomBytes } from 'node:crypto'
import type { Json } from '@cardcage/plugin'
import type { JsonSchema } from '../manifest/manifest.ts'
import { secretPaths } from './secret.ts'

/** A config whose secrets are tokens, and the way back. */
export interface HiddenSecrets {
  readonly config: Json
  /** Put the secrets in for their tokens. */
  reveal(text: string): string
}

/**
 * Replace every secret of a config by a token that means nothing outside this host. Those whose top-level key is in `revealed` stay.
 */
export function hideSecrets(config: Json, schema: JsonSchema | undefined, revealed: readonly string[]): HiddenSecrets {
  const secrets = new Map<string, string>()
  const paths = schema ? secretPaths(schema).filter(([key]) => !revealed.includes(key!)) : []
  const hide = (value: Json, path: readonly string[]): Json => {
    const [key, ...rest] = path
    if (key === undefined) {
      if (Array.isArray(value)) return value.map((item) => hide(item, []))
      if (typeof value === 'object' && value !== null)
        return Object.fromEntries(Object.entries(value as Record<string, Json>).map(([name, inside]) => [name, hide(inside, [])]))
      if (typeof value !== 'string' || value === '') return value
      const token = `cardcage-secret-${randomBytes(16).toString('hex')}`
      secrets.set(token, value)
      return token
    }
    if (Array.isArray(value)) return key === '*' ? value.map((item) => hide(item, rest)) : value
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(
      Object.entries(value as Record<string, Json>).map(([name, inside]) => [
        name,
        key === '*' || key === name ? hide(inside, rest) : inside,
      ]),
    )
  }
  return {
    config: paths.reduce<Json>((value, path) => hide(value, path), config),
    reveal: (text) => (secrets.size === 0 ? text : text.replace(/cardcage-secret-[0-9a-f]{32}/g, (token) => secrets.get(token) ?? token)),
  }
}
