/** A module that JavaScript imports. */
export interface Imported {
  readonly specifier: string
  /** Counted from 1. */
  readonly line: number
  /** By `import()`, which may be tried and fail. */
  readonly dynamic: boolean
}

/** Comments, templates and regular expressions: what stands in them imports nothing. Texts are taken as they are, so that none of these begins in one. */
const blank =
  /(?<skip>\/\*[^]*?\*\/|\/\/[^\n]*|`(?:\\[^]|[^`\\])*`|(?<=(?:^|[(,=:[!&|?{};+\n]|=>|\breturn|\btypeof|\bcase)[^\S\n]*)\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/)|'(?:\\[^]|[^'\\\n])*'|"(?:\\[^]|[^"\\\n])*"/g

const statement =
  /(?<![\w$.])(?:import|export)\b(?<names>[\w$\s{},*]*?)\bfrom\s*(?<from>'[^'\n]*'|"[^"\n]*")|(?<![\w$.])import\s*(?<alone>'[^'\n]*'|"[^"\n]*")|(?<![\w$.])import\s*\(\s*(?<dynamic>'[^'\n]*'|"[^"\n]*")\s*[,)]|'(?:\\[^]|[^'\\\n])*'|"(?:\\[^]|[^"\\\n])*"/g

/** Every module that JavaScript (types stripped) names in an `import`, an `export … from` or an `import()`, in order. One that is computed is not seen. */
export function importedModules(code: string): readonly Imported[] {
  const bare = code.replace(blank, (text, skip: string | undefined) => (skip === undefined ? text : text.replace(/[^\n]/g, ' ')))
  const found: Imported[] = []
  let line = 1
  let counted = 0
  for (const { 0: text, index, groups } of bare.matchAll(statement)) {
    const quoted = groups?.['from'] ?? groups?.['alone'] ?? groups?.['dynamic']
    if (quoted === undefined) continue
    const at = index + text.lastIndexOf(quoted)
    line += bare.slice(counted, at).split('\n').length - 1
    counted = at
    found.push({ specifier: quoted.slice(1, -1), line, dynamic: groups?.['dynamic'] !== undefined })
  }
  return found
}
