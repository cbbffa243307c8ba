import { basename } from 'node:path'
import { type ByteSource, PluginError } from '@cardcage/plugin'
import { parseAddress } from './address.ts'
import type { Target } from './answer.ts'
import { headOf, probe } from './format.ts'
import type { Locator } from './locate.ts'
import { preferred } from './preferred.ts'

/** The format that reads some bytes: the one named, else by the extension of their name, else by what the first bytes look like. */
export async function formatToRead(locator: Locator, source: ByteSource, named: string | undefined): Promise<Target> {
  if (named !== undefined) return await locator.find(named, 'format')
  return (await byExtension(locator, source.name, 'read')) ?? (await byProbe(locator, source))
}

/** The format that writes: an address, a name, or a file name whose extension says it. */
export async function formatToWrite(locator: Locator, named: string): Promise<Target> {
  if (!named.includes('.') || (parseAddress(named) && !named.includes('/'))) return await locator.find(named, 'format')
  const found = await byExtension(locator, named, 'write')
  if (found) return found
  throw new PluginError('unsupported', `No format plugin writes ${named}`, {
    hint: `Use a file name that ends in ${await extensions(locator, 'write')}, or name the format.`,
  })
}

/** Of several extensions that fit, the longest: `.tar.gz` before `.gz`. */
async function byExtension(locator: Locator, path: string, verb: 'read' | 'write'): Promise<Target | undefined> {
  const name = basename(path).toLowerCase()
  const fitting = (await locator.all('format')).flatMap((format) =>
    format.provided.can?.includes(verb)
      ? (format.provided.extensions ?? []).flatMap((extension) => (name.endsWith(extension.toLowerCase()) ? [{ format, extension }] : []))
      : [],
  )
  const longest = Math.max(0, ...fitting.map(({ extension }) => extension.length))
  const best = fitting.filter(({ extension }) => extension.length === longest)
  return best.length === 0 ? undefined : preferred(best[0]!.extension, [...new Set(best.map(({ format }) => format))])
}

/** Extensions that can be read or written, for people. */
async function extensions(locator: Locator, verb: 'read' | 'write'): Promise<string> {
  const all = (await locator.all('format')).flatMap(({ provided }) => (provided.can?.includes(verb) ? (provided.extensions ?? []) : []))
  return [...new Set(all)].sort().join(', ') || '(none)'
}

async function byProbe(locator: Locator, source: ByteSource): Promise<Target> {
  const formats = (await locator.all('format')).filter(({ provided }) => provided.can?.includes('probe') && provided.can.includes('read'))
  const head = await headOf(source)
  const sure = await Promise.all(formats.map(async (format) => ({ format, sure: await probe(format, head, source.name).catch(() => 0) })))
  const most = Math.max(0, ...sure.map((one) => one.sure))
  const best =
    most > 0
      ? preferred(
          source.name,
          sure.filter((one) => one.sure === most).map(({ format }) => format),
        )
      : undefined
  if (best) return best
  throw new PluginError('unsupported', `${source.name}: no format plugin knows these bytes`, {
    hint: `Known are files that end in ${await extensions(locator, 'read')}. Name the format, or add its plugin with --plugins.`,
  })
}
