import type { Json } from '@cardcage/plugin'
import { needsOf } from '../../manifest/check-needs.ts'
import type { JsonSchema, Manifest, Permission, Permissions } from '../../manifest/manifest.ts'
import { isObject, isUnsafe, own } from '../../manifest/schema-node.ts'
import type { Written } from '../../manifest/written.ts'

/** What the checks look at; every part may be missing. */
export type Facts = Partial<
  Pick<
    Manifest,
    | 'id'
    | 'version'
    | 'description'
    | 'license'
    | 'entry'
    | 'configSchema'
    | 'config'
    | 'provides'
    | 'dependencies'
    | 'requires'
    | 'documentation'
  >
> & { readonly permissions: Partial<Permissions> }

/**
 * What can be made out of a manifest that has errors, so that these do not hide the others: of what it should be, the parts that are of the right form.
 *
 * @param written the manifest in its canonical form, unchecked
 */
export function factsOf(written: JsonSchema): Facts {
  const documentation = own(written, 'documentation')
  const readme = textOf(documentation, 'readme')
  return {
    ...Object.fromEntries(
      ['id', 'version', 'description', 'license', 'entry']
        .map((key) => [key, textOf(written, key)])
        .filter(([, text]) => text !== undefined),
    ),
    ...objectAs('configSchema', own(written, 'config_schema')),
    ...objectAs('config', own(written, 'config')),
    ...(isObject(documentation)
      ? { documentation: { ...(readme === undefined ? {} : { readme }), examples: textsOf(own(documentation, 'examples')) } }
      : {}),
    ...needsOf(plainNeeds(written), () => undefined),
    permissions: permissionsOf(own(written, 'permissions')),
  }
}

/** Its needs without what is of the wrong form in them; a list in which one has no name counts for nothing, for places in it must stay. */
function plainNeeds(written: JsonSchema): Written {
  const lists = (['dependencies', 'requires'] as const).flatMap((key) => {
    const list = own(written, key)
    const plain = Array.isArray(list) ? list.map(plainNeed) : [undefined]
    return plain.includes(undefined) ? [] : [[key, plain] as const]
  })
  return { id: textOf(written, 'id') ?? '', ...Object.fromEntries(lists) } as unknown as Written
}

function plainNeed(need: Json): Json | undefined {
  const name = typeof need === 'string' ? need : textOf(need, 'name')
  if (name === undefined || typeof need === 'string') return name
  const version = textOf(need, 'version')
  return { name, ...(version === undefined ? {} : { version }), ...(own(need, 'optional') === true ? { optional: true } : {}) }
}

function textOf(object: Json | undefined, key: string): string | undefined {
  const value = own(object, key)
  return typeof value === 'string' ? value : undefined
}

function textsOf(value: Json | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((each): each is string => typeof each === 'string') : []
}

function objectAs<K extends string>(key: K, value: Json | undefined): { readonly [P in K]?: JsonSchema } {
  return isObject(value) && !isUnsafe(value) ? ({ [key]: value } as { readonly [P in K]: JsonSchema }) : {}
}

function permissionsOf(written: Json | undefined): Partial<Permissions> {
  const lists = (['net', 'read', 'write', 'env', 'secrets'] as const).map((sort) => {
    const list = own(written, sort)
    return [sort, Array.isArray(list) ? list.flatMap(permissionOf) : []] as const
  })
  return Object.fromEntries(lists)
}

function permissionOf(written: Json): readonly Permission[] {
  const value = typeof written === 'string' ? written : textOf(written, 'value')
  const reason = textOf(written, 'reason')
  return value === undefined ? [] : [{ value, ...(reason === undefined ? {} : { reason }) }]
}
