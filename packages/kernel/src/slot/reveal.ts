import { PluginError } from '@cardcage/plugin'

/** A token that stands for a secret of a config. */
const token = /cardcage-secret-[0-9a-f]{32}/g

/** The secrets in a URL, percent-encoded where they stand. */
export function revealUrl(url: URL, reveal: (text: string) => string): URL {
  return new URL(url.href.replace(token, (found) => encoded(found, reveal, encodeURIComponent)))
}

/** The secrets in a header's value. @throws {PluginError} `invalid-config` where HTTP cannot carry the secret there */
export function revealHeader(name: string, value: string, reveal: (text: string) => string): string {
  const revealed = reveal(value)
  if (revealed === value || /^[\t\x20-\x7e\x80-\xff]*$/.test(revealed)) return revealed
  throw new PluginError('invalid-config', `A secret has characters that the header '${name}' cannot carry`, {
    hint: 'Look for a line break at the end of the secret.',
  })
}

/** The secrets in a body, written as its content type has it; bytes around them stay as they are. */
export function revealBody(body: Uint8Array, contentType: string, reveal: (text: string) => string): Uint8Array<ArrayBuffer> {
  const escape = escapeFor(contentType)
  const text = Buffer.from(body).toString('latin1')
  const parts: Buffer[] = []
  let end = 0
  for (const { 0: found, index } of text.matchAll(token)) {
    parts.push(Buffer.from(text.slice(end, index), 'latin1'), Buffer.from(encoded(found, reveal, escape)))
    end = index + found.length
  }
  return new Uint8Array(Buffer.concat([...parts, Buffer.from(text.slice(end), 'latin1')]))
}

/** The way back for a text that comes from the server and is shown to the plugin: the secrets that were sent, as their tokens again. */
export function concealAgain(sent: readonly string[], reveal: (text: string) => string): (text: string) => string {
  const tokens = [...new Set(sent.flatMap((text) => text.match(token) ?? []))].filter((found) => reveal(found) !== found)
  return (text) =>
    tokens.reduce((before, found) => before.replaceAll(encodeURIComponent(reveal(found)), found).replaceAll(reveal(found), found), text)
}

/** A token that is none of this slot's stays as it is. */
function encoded(found: string, reveal: (text: string) => string, escape: (secret: string) => string): string {
  const secret = reveal(found)
  return secret === found ? found : escape(secret)
}

function escapeFor(contentType: string): (secret: string) => string {
  if (/[/+]json\b/i.test(contentType)) return (secret) => JSON.stringify(secret).slice(1, -1)
  if (/^application\/x-www-form-urlencoded\b/i.test(contentType)) return encodeURIComponent
  return (secret) => secret
}
