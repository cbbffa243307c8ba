import type { ErrorEntry } from '@cardcage/plugin'
import { code, generated, markdownTable } from './markdown.ts'

const origins: Readonly<Record<ErrorEntry['origin'], string>> = {
  caller: 'the caller',
  plugin: 'the plugin',
  upstream: 'the other side',
  kernel: 'Cardcage',
}

/** `docs/reference/errors.md`: every code with its numbers, what it means and what to do, then the causes. */
export function errorsPage(table: Readonly<Record<string, ErrorEntry>>, causes: Readonly<Record<string, string>>): string {
  const entries = Object.entries(table)
  const overview = entries.map(([name, entry]) => [
    `[${code(name)}](#${name})`,
    code(entry.exit),
    code(entry.http),
    entry.retryable ? 'yes' : 'no',
    origins[entry.origin],
    entry.meaning,
  ])
  return [
    generated('`packages/plugin/src/error.ts`'),
    '# Errors',
    'Every failure has one of these codes, wherever it shows: in a program as `error.code`, on the command line as an exit code, over HTTP as a status. A code never changes its meaning. `cardcage explain CODE` says the same in a terminal.',
    markdownTable(['code', 'exit', 'HTTP', 'may succeed later', 'at fault', 'meaning'], overview),
    ...entries.flatMap(([name, entry]) => [`## ${name}`, entry.meaning, `**What to do.** ${entry.hint}`, ...spellings(entry)]),
    '## Causes',
    'Where a code alone says too little, `details.cause` has the finer word.',
    markdownTable(
      ['cause', 'meaning'],
      Object.entries(causes).map(([name, meaning]) => [code(name), meaning]),
    ),
    '',
  ].join('\n\n')
}

function spellings({ aliases }: ErrorEntry): string[] {
  return aliases.length === 0 ? [] : [`Elsewhere called ${aliases.map(code).join(', ')}.`]
}
