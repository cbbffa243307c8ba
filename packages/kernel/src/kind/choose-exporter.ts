import { PluginError } from '@cardcage/plugin'
import type { Target } from './answer.ts'
import type { Locator } from './locate.ts'
import { preferred } from './preferred.ts'

/**
 * The exporter that makes a media type from one of those there are, the first of them that can be used.
 *
 * @throws {PluginError} `unsupported` where there is none
 */
export async function exporterFor(locator: Locator, from: readonly string[], to: string): Promise<Target> {
  const all = (await locator.all('visualization')).filter(({ provided }) => provided.to !== undefined)
  const exporters = all.filter(({ provided }) => provided.to === to)
  for (const mediaType of from) {
    const found = preferred(
      `${to} from ${mediaType}`,
      exporters.filter(({ provided }) => provided.from === mediaType),
    )
    if (found) return found
  }
  throw new PluginError('unsupported', `No plugin makes ${to} from ${from.join(' or ')}`, {
    hint: `Ask for the media type ${[...new Set([...from, ...all.map(({ provided }) => provided.to)])].join(', ')}, or add an exporter with --plugins.`,
  })
}
