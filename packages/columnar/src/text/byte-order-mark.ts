import { PluginError } from '@cardcage/plugin'

/**
 * Bytes of a UTF-8 byte order mark at the beginning: 3 or 0.
 * @throws {PluginError} `invalid-data` where the mark is one of UTF-16.
 */
export function byteOrderMark(head: Uint8Array, name: string): 0 | 3 {
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return 3
  if ((head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff)) {
    throw new PluginError('invalid-data', `${name} is UTF-16, not UTF-8: its first bytes are a UTF-16 byte order mark`, {
      hint: 'Convert it: `iconv -f utf-16 -t utf-8`.',
      details: { line: 1, byte: 0 },
    })
  }
  return 0
}
