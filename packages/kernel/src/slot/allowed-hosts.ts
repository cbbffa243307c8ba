import type { Json } from '@cardcage/plugin'
import type { Dialect, Manifest, Permission } from '../manifest/manifest.ts'

/** What may be written for a host that is in the config: `${config.api_url}`, dotted for a key inside another. */
const reference = /^\$\{config\.([^${}]+)\}$/

/** Keys of a guide's config that hold the address of what its plugin talks to. */
const addressKey = /(?:^|_)(?:url|endpoint|host)$/i

/** Guides whose manifests name no hosts. */
const withoutHosts: readonly Dialect[] = [
  'chronos',
  'platform-base-1',
  'platform-base-2',
  'platform-base-yaml',
  'panotti',
  'recommendation',
]

/**
 * The hosts an instance may reach through `ctx.fetch`: those its manifest names, with `${config.KEY}` the host and port of the URL in that key of its config.
 * A guide's manifest names none: there every string of its config schema called `url`, `endpoint` or `host`, or `…_url` and so on, counts as such a reference.
 * A value that is no http or https URL allows nothing; under a key called `host` a bare host does as well.
 *
 * @param config the slot's config, with its secrets
 */
export function allowedHosts({ permissions, dialect, configSchema }: Manifest, config: Json): readonly Permission[] {
  const written = permissions.net.flatMap((permission) => {
    const key = reference.exec(permission.value)?.[1]
    return key === undefined ? [permission] : hostsIn(key.split('.'), config, permission.reason)
  })
  if (!withoutHosts.includes(dialect)) return written
  return [...written, ...addressKeys(configSchema, []).flatMap((path) => hostsIn(path, config, undefined))]
}

/** Paths of the text properties of a schema whose names say that they hold an address. */
function addressKeys(schema: Json | undefined, path: readonly string[]): readonly (readonly string[])[] {
  const properties = member(schema, 'properties')
  if (!isObject(properties)) return []
  return Object.entries(properties).flatMap(([name, property]) => {
    const type = member(property, 'type')
    const isText = type === 'string' || (Array.isArray(type) && type.includes('string'))
    return isText && addressKey.test(name) ? [[...path, name]] : addressKeys(property, [...path, name])
  })
}

function hostsIn(path: readonly string[], config: Json, reason: string | undefined): readonly Permission[] {
  const value = path.reduce<Json | undefined>(member, config)
  return typeof value === 'string'
    ? hostsOf(value, path.at(-1)!).map((host) => ({ value: host, ...(reason === undefined ? {} : { reason }) }))
    : []
}

/** Host and port of a URL; one of http may go on to https. */
function hostsOf(text: string, key: string): readonly string[] {
  if (/^https?:\/\//i.test(text) && URL.canParse(text)) {
    const { hostname, port, protocol } = new URL(text)
    if (port !== '') return [`${hostname}:${port}`]
    return protocol === 'https:' ? [`${hostname}:443`] : [`${hostname}:80`, `${hostname}:443`]
  }
  return /host$/i.test(key) && /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?$/i.test(text) ? [text] : []
}

function member(value: Json | undefined, key: string): Json | undefined {
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined
}

function isObject(value: Json | undefined): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
