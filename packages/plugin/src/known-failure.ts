import type { Json } from './schema.ts'

/** A failure of the platform under the plugin, in our words. */
export interface KnownFailure {
  readonly code: 'permission-denied'
  readonly message: string
  readonly hint: string
  readonly details: Json
}

/** What Node’s permission model calls the things it guards, and the line of a manifest that allows them. */
const guarded: Readonly<Record<string, readonly [doing: string, key: 'read' | 'write' | undefined]>> = {
  FileSystemRead: ['read', 'read'],
  FileSystemWrite: ['write', 'write'],
  ChildProcess: ['start a process', undefined],
  WorkerThreads: ['start a worker', undefined],
  WASI: ['use WASI', undefined],
  Addons: ['load native code', undefined],
  Inspector: ['open the inspector', undefined],
}

/** What an error of Node means where it says so: `permission-denied` for what its permission model refused. `undefined` for any other. */
export function knownFailure(value: unknown): KnownFailure | undefined {
  const refused = refusal(value)
  if (refused === undefined) return undefined
  const { permission, resource, address, port, syscall } = refused
  const what = text(resource) ?? (text(address) && `${text(address)}${typeof port === 'number' ? `:${port}` : ''}`)
  const [doing, key] = guarded[text(permission) ?? ''] ?? []
  if (doing === undefined) return text(permission) === undefined && text(syscall) === undefined ? unnamed(refused) : socket(what)
  const message = `No permission to ${doing}${what === undefined ? '' : key ? ` ${what}` : ` (${what})`}`
  const details = { permission: key ?? text(permission) ?? '', ...(what === undefined ? {} : { value: what }) }
  if (key === undefined) return { code: 'permission-denied', message, hint: 'No line of a manifest allows that: do it without.', details }
  const hint = `If it should, write into its manifest: "permissions": { "${key}": [${JSON.stringify(what ?? '/…')}] }`
  return { code: 'permission-denied', message, hint, details }
}

function socket(what: string | undefined): KnownFailure {
  return {
    code: 'permission-denied',
    message: `No permission to open a socket${what === undefined ? '' : ` (${what})`}`,
    hint: 'Use `ctx.fetch` and name the host in its manifest; a plugin that needs sockets of its own writes "permissions": { "net": ["sockets"] }.',
    details: { permission: 'net', ...(what === undefined ? {} : { value: what }) },
  }
}

function unnamed({ message }: Readonly<Record<string, unknown>>): KnownFailure {
  return {
    code: 'permission-denied',
    message: String(message),
    hint: 'If it should, add the permission to its manifest: "permissions": { "read": […], "write": […] }.',
    details: {},
  }
}

/** The error of Node’s permission model: the value itself, or what a failed `fetch` has as its cause. */
function refusal(value: unknown): Readonly<Record<string, unknown>> | undefined {
  if (!(value instanceof Error)) return undefined
  const own = value as Error & { readonly code?: unknown }
  if (own.code === 'ERR_ACCESS_DENIED') return own as unknown as Readonly<Record<string, unknown>>
  return value.message === 'fetch failed' && value.cause !== value ? refusal(value.cause) : undefined
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
