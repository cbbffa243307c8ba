import { type Figure, PluginError } from '@cardcage/plugin'
import { faultOfSvg } from './check-svg.ts'

/** First bytes of pictures and documents by media type. */
const signatures: Readonly<Record<string, readonly number[]>> = {
  'image/png': [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
  'image/jpeg': [0xff, 0xd8, 0xff],
  'image/gif': [...Buffer.from('GIF8')],
  'image/webp': [...Buffer.from('RIFF')],
  'application/pdf': [...Buffer.from('%PDF-')],
}

/**
 * Is a figure what it says it is? One of another media type than was asked for, one without words, an SVG that would run code or fetch something, a picture
 * with another signature are refused.
 *
 * @throws {PluginError} `invalid-data` with what was found
 */
export function checkFigure(figure: Figure, wanted: string): void {
  const { mediaType, body, alt } = figure
  const fault =
    mediaType === wanted
      ? alt.trim() === ''
        ? 'its `alt` is empty: a figure says in words what it shows'
        : faultOfBody(mediaType, body)
      : `${wanted} was asked for`
  if (fault === undefined) return
  throw new PluginError('invalid-data', `The figure (${mediaType.slice(0, 100)}) was refused: ${fault}`, {
    origin: 'plugin',
    hint: 'A figure is what its media type says and stands alone: no scripts, no handlers, nothing from outside.',
  })
}

function faultOfBody(mediaType: string, body: string | Uint8Array): string | undefined {
  const type = mediaType.split(';')[0]!.trim().toLowerCase()
  if (type === 'image/svg+xml')
    return faultOfSvg(typeof body === 'string' ? body : new TextDecoder('utf-8', { ignoreBOM: true }).decode(body))
  const signature = Object.hasOwn(signatures, type) ? signatures[type]! : []
  const bytes = typeof body === 'string' ? Buffer.from(body, 'latin1') : body
  return signature.every((byte, index) => bytes[index] === byte) ? undefined : 'its first bytes are those of something else'
}
