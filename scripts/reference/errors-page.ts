import type { ErrorEntry } from '@cardcage/plugin'
import { type ErrorExample, errorExamples } from '../../packages/cli/src/explain/error-examples.ts'
import { usageEntry } from '../../packages/cli/src/usage-error.ts'
import { code, generated, markdownTable } from './markdown.ts'

const origins: Readonly<Record<ErrorEntry['origin'], string>> = {
  caller: 'the caller',
  plugin: 'the plugin',
  upstream: 'the other side',
  kernel: 'Cardcage',
}

/** A code of the table, or `usage`, which only the command line has and no HTTP status. */
type Entry = Omit<ErrorEntry, 'http'> & { readonly http?: number }

/** `docs/reference/errors.md`: every code with its numbers, what it means, comes from and needs, and an example; then the causes. */
export function errorsPage(table: Readonly<Record<string, ErrorEntry>>, causes: Readonly<Record<string, string>>): string {
  const entries: readonly (readonly [string, Entry])[] = Object.entries({ ...table, usage: usageEntry })
  const overview = entries.map(([name, { exit, http, retryable, origin, meaning }]) => [
    `[${code(name)}](#${name})`,
    code(exit),
    http === undefined ? '' : code(http),
    retryable ? 'yes' : 'no',
    origins[origin],
    meaning,
  ])
  return [
    generated('`packages/plugin/src/error.ts`'),
    '# Errors',
    'Every failure has one of these codes, wherever it shows: in a program as `error.code`, on the command line as an exit code, over HTTP as a status. A code never changes its meaning. `cardcage explain CODE` says the same in a terminal; it also knows the names other plugin systems have for them, and exit codes.',
    markdownTable(['code', 'exit', 'HTTP', 'may succeed later', 'at fault', 'meaning'], overview),
    shape,
    ...entries.flatMap(([name, entry]) => section(name, entry)),
    '## Causes',
    'Where a code alone says too little, `details.cause` has the finer word.',
    markdownTable(
      ['cause', 'meaning'],
      Object.entries(causes).map(([name, meaning]) => [code(name), meaning]),
    ),
    '',
  ].join('\n\n')
}

const shape = [
  'An error is the same object everywhere: what `PluginError.toJSON()` gives is the `error` of `--json`. Neither holds a stack trace; `--verbose` shows it on stderr.',
  markdownTable(
    ['key', 'what it is'],
    [
      [code('code'), 'one of the codes above'],
      [code('message'), 'what is wrong, which value, where'],
      [code('retryable'), 'may the same call succeed later?'],
      [code('retryAfter'), 'milliseconds to wait before that; absent where nobody knows'],
      [code('origin'), '`caller`, `plugin`, `upstream` or `kernel`: who is at fault'],
      [code('hint'), 'what to do about it'],
      [code('at'), 'slot, plugin, version, kind, operation and input, as far as there are any'],
      [code('details'), 'more as JSON, such as `cause`; absent where there is none'],
    ],
  ),
].join('\n\n')

function section(name: string, entry: Entry): string[] {
  return [
    `## ${name}`,
    entry.meaning,
    numbers(entry),
    '**Usually because**',
    entry.causes.map((cause) => `- ${cause}`).join('\n'),
    '**What to do.** ' + entry.hint,
    entry.fix.map((step, i) => `${i + 1}. ${step}`).join('\n'),
    ...example(errorExamples[name as keyof typeof errorExamples]),
    ...spellings(entry),
  ]
}

function numbers({ exit, http, retryable, origin }: Entry): string {
  const status = http === undefined ? '' : `, HTTP status ${code(http)}`
  const retry = retryable ? 'the same call may succeed later' : 'the same call fails again'
  return `Exit code ${code(exit)}${status}; ${retry}; usually the fault of ${origins[origin]}.`
}

function example({ files = {}, before, command, prints }: ErrorExample): string[] {
  const again = before === undefined ? '' : `After \`${before.command}\` has failed ${before.times} times:`
  return [
    '**Example**',
    ...Object.entries(files).map(([path, text]) => `\`${path}\`\n\n${fence(languageOf(path), text.trimEnd())}`),
    ...(again === '' ? [] : [again]),
    fence('console', `$ ${command}\n${prints}`),
  ]
}

function languageOf(path: string): string {
  return path.endsWith('.ts') ? 'ts no-run' : (path.split('.').at(-1) ?? '')
}

function fence(language: string, text: string): string {
  return `\`\`\`${language}\n${text}\n\`\`\``
}

function spellings({ aliases }: Entry): string[] {
  return aliases.length === 0 ? [] : [`Elsewhere called ${aliases.map(code).join(', ')}.`]
}
