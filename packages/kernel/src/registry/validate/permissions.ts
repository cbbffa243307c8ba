import { isAbsolute, normalize, parse } from 'node:path'
import { didYouMean } from '@cardcage/plugin/internal'
import { secretPaths } from '../../config/secret.ts'
import { printValue } from '../../manifest/describe-schema.ts'
import { isOutside } from '../../manifest/entry.ts'
import type { JsonSchema, Permissions } from '../../manifest/manifest.ts'
import { isObject } from '../../manifest/schema-node.ts'
import type { NoteKey } from './finding.ts'

/** Checks the permissions a manifest asks for: each says why, and each can mean something. */
export function checkPermissions(permissions: Partial<Permissions>, schema: JsonSchema | undefined, note: NoteKey): void {
  for (const [sort, list] of Object.entries(permissions) as [keyof Permissions, Permissions['net']][]) {
    for (const [i, { value, reason }] of list.entries()) {
      const keys = ['permissions', sort, String(i)]
      const found = sort === 'secrets' ? secretFault(value, schema) : faults[sort](value)
      if (found) note(found.severity ?? 'error', keys, `${printValue(value)} ${found.message}`, found.fix)
      if (!reason?.trim())
        note(
          'warning',
          keys,
          `nothing says why ${printValue(value)} is needed`,
          `Write { "value": ${JSON.stringify(value)}, "reason": "…" }: operators read it.`,
        )
      if (list.findIndex((other) => other.value === value) < i)
        note('warning', keys, `${printValue(value)} stands twice`, 'Keep one of them.')
    }
  }
}

interface Fault {
  readonly severity?: 'warning'
  readonly message: string
  readonly fix: string
}

const faults: Readonly<Record<Exclude<keyof Permissions, 'secrets'>, (value: string) => Fault | undefined>> = {
  net: hostFault,
  read: (value) => pathFault(value),
  write: (value) => pathFault(value),
  env: (value) =>
    /^[A-Za-z_][A-Za-z0-9_]*$/.test(value)
      ? undefined
      : { message: 'is no name of an environment variable', fix: 'Name one variable: letters, digits and _.' },
}

const host = /^(?:\*\.)?(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/i

function hostFault(value: string): Fault | undefined {
  if (value === 'sockets') return undefined
  if (value === '*' || value === '*.*')
    return {
      message: 'would be every host, and is none: a host has a name',
      fix: 'Name the hosts: "api.example.com", or "*.example.com" for all below one.',
    }
  if (value.includes('://')) return { message: 'is a URL, not a host', fix: nameHost(value) }
  if (/[/?#]/.test(value)) return { message: 'has a path: hosts are allowed, not parts of them', fix: nameHost(value) }
  if (value.includes('@')) return { message: 'has a user name in it', fix: nameHost(value) }
  if (/^\[[\da-f:.]+\](?::\d+)?$/i.test(value)) return undefined
  const [name = '', port] = value.split(/:(?=\d*$)/)
  if (port !== undefined && !(Number(port) >= 1 && Number(port) <= 65535))
    return { message: 'has no port from 1 to 65535', fix: 'Write "host:8443", or the host alone.' }
  if (/^\*\.[^.]+$/.test(name))
    return { severity: 'warning', message: 'is every host of a whole top-level domain', fix: 'Name the hosts: "api.example.com".' }
  if (name.slice(2).includes('*') || (name.includes('*') && !name.startsWith('*.')))
    return { message: 'has a * where it means nothing', fix: 'A * stands only for what is before the first dot: "*.example.com".' }
  return host.test(name)
    ? undefined
    : { message: 'is no name of a host', fix: 'Write it as in "api.example.com"; other letters in their xn-- form.' }
}

function nameHost(value: string): string {
  const text = value.includes('://') ? value : `https://${value}`
  const named = URL.canParse(text) ? new URL(text).host : ''
  return named === '' ? 'Name the host alone: "api.example.com".' : `Name the host alone: ${JSON.stringify(named)}.`
}

function pathFault(value: string): Fault | undefined {
  if (value.includes('\0')) return { message: 'is no path', fix: 'Name a file or folder.' }
  if (value === '*' || normalize(value) === parse(value).root)
    return { message: 'is the whole file system', fix: 'Name the files or folders it needs.' }
  if (isOutside(normalize(value)) && !isAbsolute(value))
    return { message: 'leads out of the folder the host runs in', fix: 'Give an absolute path, or one below that folder.' }
  if (isAbsolute(value))
    return {
      severity: 'warning',
      message: 'is a path of one machine',
      fix: 'Leave such grants to the operator, or give a path below the folder the host runs in.',
    }
  return undefined
}

function secretFault(value: string, schema: JsonSchema | undefined): Fault | undefined {
  const secrets = [...new Set((schema ? secretPaths(schema) : []).map(([key = '']) => key))]
  if (secrets.includes(value)) return undefined
  const known = isObject(schema?.['properties']) && Object.hasOwn(schema['properties'], value)
  if (known)
    return {
      message: 'is a config key that is no secret: the plugin sees it anyway',
      fix: `Mark it with "sensitive": true in the config schema, or remove it here.`,
    }
  return {
    message: 'is no secret of the config',
    fix:
      didYouMean(value, secrets).trim() ||
      (secrets.length > 0 ? `The secrets are ${secrets.join(', ')}.` : 'Describe it in "config_schema", with "sensitive": true.'),
  }
}
