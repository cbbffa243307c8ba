/** A Markdown table. Cells are Markdown; what would break the table in them is escaped. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ') || '–').join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

/** Text as inline code. */
export const code = (text: string | number): string => `\`${text}\``

/** What stands above every generated page. */
export const generated = (source: string): string => `<!-- Made by \`npm run reference\` from ${source}: change it there. -->`
