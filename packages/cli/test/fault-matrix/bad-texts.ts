/** Nine anchors, each nine times in the next: 9⁹ texts of a few hundred bytes. */
export const bomb = [
  'a: &a [x,x,x,x,x,x,x,x,x]',
  ...'bcdefghi'.split('').map((name, i) => `${name}: &${name} [${Array(9).fill(`*${'abcdefgh'[i]}`).join(',')}]`),
  '',
].join('\n')

/** An anchor in an anchor in an anchor. */
export const deepAnchors = Array.from({ length: 300 }, (_, i) => `a${i}: &a${i} {k: ${i === 0 ? '1' : `*a${i - 1}`}}\n`).join('')

/** 50 MB of comment. */
export const large = `#${'x'.repeat(50 * 1024 * 1024)}\n`

/** Lists in lists. */
export const deepLists = `${'['.repeat(5000)}${']'.repeat(5000)}`

/** Latin-1, not UTF-8. */
export const latin = Buffer.from('name: caf\u00e9\n', 'latin1')
