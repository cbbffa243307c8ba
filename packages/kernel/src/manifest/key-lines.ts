/**
 * Line (from 1) on which a key stands in the text of a manifest; `undefined` where it is not found. `keys` is the path from the root;
 * numbers are places in a list. Falls back to the nearest enclosing key that is found.
 */
export function keyLine(text: string, format: 'json' | 'toml', keys: readonly string[]): number | undefined {
  return keyLines(text, format)(keys)
}

/** The same for many keys of one text: it is walked through once, when the first is asked for. */
export function keyLines(text: string, format: 'json' | 'toml'): (keys: readonly string[]) => number | undefined {
  let lines: ReadonlyMap<string, number> | undefined
  return (keys) => {
    lines ??= linesOf(text, format === 'json' ? scanJson(text).offsets : scanToml(text))
    for (let length = keys.length; length > 0; length--) {
      const line = lines.get(keys.slice(0, length).join('\0'))
      if (line !== undefined) return line
    }
    return undefined
  }
}

/** Lines (from 1) of offsets. */
function linesOf(text: string, offsets: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
  let line = 1
  let end = text.indexOf('\n')
  const inOrder = [...offsets].toSorted(([, a], [, b]) => a - b)
  return new Map(
    inOrder.map(([key, offset]) => {
      for (; end >= 0 && end < offset; end = text.indexOf('\n', end + 1)) line++
      return [key, line]
    }),
  )
}

/** Line and column (from 1) of an offset. */
export function lineAndColumn(text: string, offset: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, offset).split('\n')
  return { line: before.length, column: before.at(-1)!.length + 1 }
}

/** Offset at which a text stops being JSON, that of the first token which does not belong (its length where more is missing); `undefined` if it is JSON. */
export function jsonErrorOffset(text: string): number | undefined {
  return scanJson(text).error
}

/** The first key of a JSON text that stands twice in one object, and its line. `JSON.parse` would silently take the second. */
export function duplicateKey(text: string): { readonly key: string; readonly line: number } | undefined {
  const { twice } = scanJson(text)
  return twice && { key: twice.key, line: lineAndColumn(text, twice.offset).line }
}

/** Walks a JSON text: where each key and list item begins, and where it stops being JSON. */
function scanJson(text: string): {
  readonly offsets: ReadonlyMap<string, number>
  readonly error?: number
  readonly twice?: { readonly key: string; readonly offset: number }
} {
  const offsets = new Map<string, number>()
  let twice: { readonly key: string; readonly offset: number } | undefined
  let at = 0

  function take(pattern: RegExp): string | undefined {
    pattern.lastIndex = at
    const found = pattern.exec(text)?.[0]
    if (found !== undefined) at += found.length
    return found
  }
  function value(path: readonly string[]): boolean {
    if (path.length > 200) return false
    if (take(token.brace) !== undefined) return list(token.braceEnd, () => member(path))
    if (take(token.bracket) !== undefined) return list(token.bracketEnd, (i) => item([...path, String(i)]))
    return (take(token.string) ?? take(token.scalar)) !== undefined
  }
  function list(end: RegExp, each: (i: number) => boolean): boolean {
    take(token.space)
    if (take(end) !== undefined) return true
    for (let i = 0; each(i); i++) {
      take(token.space)
      if (take(end) !== undefined) return true
      if (take(token.comma) === undefined) return false
      take(token.space)
    }
    return false
  }
  function member(path: readonly string[]): boolean {
    const start = at
    const name = take(token.string)
    if (name === undefined) return false
    const inner = [...path, String(JSON.parse(name))]
    if (offsets.has(inner.join('\0'))) twice ??= { key: inner.at(-1)!, offset: start }
    offsets.set(inner.join('\0'), start)
    take(token.space)
    if (take(token.colon) === undefined) return false
    take(token.space)
    return value(inner)
  }
  function item(path: readonly string[]): boolean {
    offsets.set(path.join('\0'), at)
    return value(path)
  }

  take(token.space)
  const whole = value([])
  take(token.space)
  return { offsets, ...(twice ? { twice } : {}), ...(whole && at === text.length ? {} : { error: at }) }
}

const token = {
  space: /[ \t\r\n]*/y,
  // eslint-disable-next-line no-control-regex -- JSON forbids exactly these in a string.
  string: /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"/y,
  scalar: /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y,
  brace: /\{/y,
  braceEnd: /\}/y,
  bracket: /\[/y,
  bracketEnd: /\]/y,
  comma: /,/y,
  colon: /:/y,
}

/** Where the keys of a TOML text stand, as far as they begin a line. */
function scanToml(text: string): ReadonlyMap<string, number> {
  const offsets = new Map<string, number>()
  let table: readonly string[] = []
  for (const { index, groups } of text.matchAll(tomlKey)) {
    if (groups?.['table'] !== undefined) table = dotted(groups['table'])
    const path = groups?.['key'] === undefined ? table : [...table, ...dotted(groups['key'])]
    if (!offsets.has(path.join('\0'))) offsets.set(path.join('\0'), index)
  }
  return offsets
}

const tomlKey = /^[ \t]*(?:\[(?<table>[^[\]\n]+)\]|(?<key>[\w-]+|"[^"\n]*"|'[^'\n]*'|[\w-]+(?:\.[\w-]+)+)[ \t]*=)/gm

function dotted(key: string): readonly string[] {
  return [...key.matchAll(/"([^"]*)"|'([^']*)'|([\w-]+)/g)].map(([, double, single, bare]) => double ?? single ?? bare ?? '')
}
