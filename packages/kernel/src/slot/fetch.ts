import { PluginError } from '@cardcage/plugin'
import type { Permission } from '../manifest/manifest.ts'

/** Redirects that are followed. */
const maxRedirects = 10

/** A request of a plugin, and what it may use. */
export interface BrokeredRequest {
  readonly url: string
  readonly method: string
  readonly headers: readonly (readonly [string, string])[]
  readonly body: Uint8Array | undefined
}

/**
 * Fetch for a plugin: only hosts its manifest names (`api.example.com`, `api.example.com:8443`, `*.example.com`), each redirect checked again, secrets put in
 * for their tokens only here.
 *
 * @param reveal puts the secrets of the slot's config in for their tokens
 * @throws {PluginError} `permission-denied` for another host, `unavailable` where it cannot be reached
 */
export async function brokeredFetch(request: BrokeredRequest, allowed: readonly Permission[], reveal: (text: string) => string, signal: AbortSignal): Promise<Response> {
  let url = parse(reveal(request.url))
  let { method } = request
  let body = request.body ? revealBody(request.body, reveal) : undefined
  let headers = new Headers(request.headers.map(([name, value]): [string, string] => [name, reveal(value)]))
  for (let hop = 0; hop <= maxRedirects; hop++) {
    checkHost(url, allowed)
    const response = await send(url, { method, headers, redirect: 'manual', signal, ...(body && method !== 'GET' && method !== 'HEAD' ? { body } : {}) })
    const location = response.status >= 300 && response.status < 400 ? response.headers.get('location') : null
    if (location === null) return response
    await response.body?.cancel()
    const next = parse(new URL(location, url).href)
    if (next.origin !== url.origin) {
      headers = new Headers(headers)
      for (const name of ['authorization', 'cookie', 'proxy-authorization']) headers.delete(name)
    }
    if (response.status === 303 || ((response.status === 301 || response.status === 302) && method === 'POST')) {
      method = 'GET'
      body = undefined
    }
    url = next
  }
  throw new PluginError('unavailable', `${request.url} redirects more than ${maxRedirects} times`)
}

async function send(url: URL, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init)
  } catch (error) {
    if (init.signal?.aborted) throw init.signal.reason
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error)
    throw new PluginError('unavailable', `${url.origin} cannot be reached: ${cause}`, { cause: error })
  }
}

function parse(text: string): URL {
  if (!URL.canParse(text)) throw new PluginError('invalid-call', `'${text}' is not a URL`)
  const url = new URL(text)
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw new PluginError('permission-denied', `${url.protocol}// is not fetched, only http and https`)
  return url
}

function checkHost(url: URL, allowed: readonly Permission[]): void {
  const matches = (pattern: string): boolean => {
    const [host, port] = pattern.split(/:(?=\d+$)/)
    if (port !== undefined && port !== (url.port || (url.protocol === 'https:' ? '443' : '80'))) return false
    return host!.startsWith('*.') ? url.hostname.endsWith(host!.slice(1)) : host === url.hostname
  }
  if (allowed.some(({ value }) => matches(value))) return
  throw new PluginError('permission-denied', `The plugin may not reach ${url.host}`, {
    hint: `If it should, add "${url.host}" to permissions.net of its manifest.`,
    details: { permission: 'net', value: url.host },
  })
}

function revealBody(body: Uint8Array, reveal: (text: string) => string): Uint8Array<ArrayBuffer> {
  const text = Buffer.from(body).toString('latin1')
  return new Uint8Array(Buffer.from(reveal(text), 'latin1'))
}
