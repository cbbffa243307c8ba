import { PluginError } from '@cardcage/plugin'
import type { Permission } from '../manifest/manifest.ts'
import { concealAgain, revealBody, revealHeader, revealUrl } from './reveal.ts'

/** Redirects that are followed. */
const maxRedirects = 10

/** Headers the host sets itself. */
const ownHeaders = ['connection', 'content-length', 'host', 'keep-alive', 'transfer-encoding', 'upgrade']

/** A request of a plugin, and what it may use. */
export interface BrokeredRequest {
  readonly url: string
  readonly method: string
  readonly headers: readonly (readonly [string, string])[]
  readonly body: Uint8Array | undefined
}

/**
 * Fetch for a plugin: only hosts its manifest names (`api.example.com`, `api.example.com:8443`, `*.example.com`), each redirect checked again, secrets put in
 * for their tokens only here. A redirect to another origin takes no credentials and no secrets along in its headers.
 *
 * @param reveal puts the secrets of the slot's config in for their tokens
 * @throws {PluginError} `permission-denied` for another host, `unavailable` where it cannot be reached
 */
export async function brokeredFetch(
  request: BrokeredRequest,
  allowed: readonly Permission[],
  reveal: (text: string) => string,
  signal: AbortSignal,
): Promise<Response> {
  const conceal = concealAgain([request.url, ...request.headers.map(([, value]) => value)], reveal)
  let url = revealUrl(parse(request.url), reveal)
  let { method } = request
  let headers = request.headers.filter(([name]) => !ownHeaders.includes(name.toLowerCase()))
  const type = headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? ''
  let body = request.body ? revealBody(request.body, type, reveal) : undefined
  for (let hop = 0; hop <= maxRedirects; hop++) {
    checkHost(url, allowed)
    const sent = new Headers(headers.map(([name, value]): [string, string] => [name, revealHeader(name, value, reveal)]))
    const response = await send(url, {
      method,
      headers: sent,
      redirect: 'manual',
      signal,
      ...(body && method !== 'GET' && method !== 'HEAD' ? { body } : {}),
    })
    const location = response.status >= 300 && response.status < 400 ? response.headers.get('location') : null
    if (location === null) return Object.defineProperty(response, 'url', { value: conceal(url.href) })
    await response.body?.cancel()
    const next = parse(location, url)
    if (next.origin !== url.origin) {
      headers = headers.filter(
        ([name, value]) => !['authorization', 'cookie', 'proxy-authorization'].includes(name.toLowerCase()) && reveal(value) === value,
      )
    }
    if (response.status === 303 || ((response.status === 301 || response.status === 302) && method === 'POST')) {
      method = 'GET'
      body = undefined
      headers = headers.filter(([name]) => !name.toLowerCase().startsWith('content-'))
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

function parse(text: string, base?: URL): URL {
  if (!URL.canParse(text, base)) throw new PluginError('invalid-call', `'${text}' is not a URL`)
  const url = new URL(text, base)
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    throw new PluginError('permission-denied', `${url.protocol}// is not fetched, only http and https`)
  return url
}

function checkHost(url: URL, allowed: readonly Permission[]): void {
  const matches = (pattern: string): boolean => {
    const [host = '', port] = pattern.toLowerCase().split(/:(?=\d+$)/)
    if (port !== undefined && port !== (url.port || (url.protocol === 'https:' ? '443' : '80'))) return false
    return host.startsWith('*.') ? url.hostname.endsWith(host.slice(1)) : host === url.hostname
  }
  if (allowed.some(({ value }) => matches(value))) return
  const hosts = [...allowed.map(({ value }) => value), url.host]
  throw new PluginError('permission-denied', `The plugin may not reach ${url.host}`, {
    hint: `If it should, write into its manifest: "permissions": { "net": ${JSON.stringify(hosts)} }`,
    details: { permission: 'net', value: url.host },
  })
}
