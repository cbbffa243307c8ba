/** Rows of text as aligned columns, two spaces between; the last column is cut to the width. Numbers stand right where `right` says so. */
export function textTable(rows: readonly (readonly string[])[], { width = Infinity, right = [] as readonly number[] } = {}): string {
  const widths: number[] = []
  for (const row of rows) row.forEach((cell, at) => (widths[at] = Math.max(widths[at] ?? 0, length(cell))))
  return rows
    .map((row) => {
      const line = row.map((cell, at) => padded(cell, at, at === row.length - 1)).join('  ')
      return cut(line.trimEnd(), width)
    })
    .join('\n')

  function padded(cell: string, at: number, last: boolean): string {
    const space = ' '.repeat(Math.max(0, (widths[at] ?? 0) - length(cell)))
    return right.includes(at) ? space + cell : last ? cell : cell + space
  }
}

/** Text on one line: control characters, which could move the cursor or recolour the terminal, are shown as escapes. */
export function oneLine(text: string): string {
  // eslint-disable-next-line no-control-regex -- these are what is looked for
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, (c) =>
    c === '\n' ? '\\n' : c === '\t' ? '\\t' : `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`,
  )
}

const segmenter = new Intl.Segmenter()

function length(text: string): number {
  return [...segmenter.segment(plain(text))].length
}

function plain(text: string): string {
  // eslint-disable-next-line no-control-regex -- styles made by the output, not counted
  return text.replace(/\u001b\[[0-9;]*m/g, '')
}

function cut(line: string, width: number): string {
  return length(line) <= width || line.includes('\u001b')
    ? line
    : `${[...segmenter.segment(line)]
        .slice(0, width - 1)
        .map((s) => s.segment)
        .join('')}…`
}
