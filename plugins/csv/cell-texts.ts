/** Reads the cells that are words: missing values, NaN and infinities, booleans. */
export interface CellTexts {
  /** Are there words for a missing value at all? */
  readonly hasNulls: boolean
  /** Does this unquoted cell, which is not empty, mean a missing value? */
  isNull(bytes: Uint8Array, from: number, to: number): boolean
  /** The number that a word stands for, `undefined` if none. */
  special(bytes: Uint8Array, from: number, to: number): number | undefined
  /** 0, 1, or -1 where the cell is neither `true` nor `false`; case does not count. */
  boolean(bytes: Uint8Array, from: number, to: number): -1 | 0 | 1
}

const encoder = new TextEncoder()

/** The words of one reading. @param nan a further text for NaN; empty for none. */
export function cellTexts(nullValues: readonly string[], nan: string): CellTexts {
  const nulls = nullValues.map((value) => encoder.encode(value))
  const specials: [Uint8Array, number][] = Object.entries({
    NaN: NaN,
    nan: NaN,
    inf: Infinity,
    Inf: Infinity,
    Infinity: Infinity,
    '-inf': -Infinity,
    '-Inf': -Infinity,
    '-Infinity': -Infinity,
  }).map(([word, value]) => [encoder.encode(word), value])
  if (nan !== '') specials.push([encoder.encode(nan), NaN])
  return {
    hasNulls: nulls.length > 0,
    isNull: (bytes, from, to) => nulls.some((word) => equal(word, bytes, from, to)),
    special: (bytes, from, to) => specials.find(([word]) => equal(word, bytes, from, to))?.[1],
    boolean: (bytes, from, to) => (isWord(yes, bytes, from, to) ? 1 : isWord(no, bytes, from, to) ? 0 : -1),
  }
}

const yes = encoder.encode('true')
const no = encoder.encode('false')

function equal(word: Uint8Array, bytes: Uint8Array, from: number, to: number): boolean {
  if (to - from !== word.length) return false
  for (let i = 0; i < word.length; i++) if (bytes[from + i] !== word[i]) return false
  return true
}

/** Equal but for the case of ASCII letters. */
function isWord(word: Uint8Array, bytes: Uint8Array, from: number, to: number): boolean {
  if (to - from !== word.length) return false
  for (let i = 0; i < word.length; i++) if ((bytes[from + i]! | 32) !== word[i]) return false
  return true
}
