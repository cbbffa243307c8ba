import { nearest } from '@cardcage/plugin/internal'
import type { CommanderError } from 'commander'
import { commandWords, namesAfter } from './command-words.ts'
import type { CommandWords } from './command-words.ts'
import { commands } from './commands.ts'
import { UsageError } from './usage-error.ts'

/** What commander says of a command line, with the nearest command, option or choice as its hint. */
export function asUsageError({ code, message }: CommanderError, given: readonly string[]): UsageError {
  const words = commandWords(given)
  if (code === 'commander.help') return new UsageError(`No command given after "${['cardcage', ...words.known].join(' ')}"`)
  if (code === 'commander.unknownCommand' && words.unknown !== undefined)
    return new UsageError(`unknown command '${words.unknown}'`, commandHint(words))
  const [said = '', ...hints] = message.replace(/^error: /, '').split('\n')
  const [, written, choices] = /argument '(.*)' is invalid\. Allowed choices are (.*)\.$/.exec(said) ?? []
  const near = written === undefined || choices === undefined ? [] : nearest(written, choices.split(', '))
  if (near.length > 0) return new UsageError(said, `Did you mean ${near.join(' or ')}?`)
  return new UsageError(said, hints.length > 0 ? hints.join(' ').replace(/^\(|\)$/g, '') : undefined)
}

/** The help that says what there is after the words of a command line that are known. */
export function helpHint(given: readonly string[]): string {
  const { known } = commandWords(given)
  return `Run \`${['cardcage', ...known, '--help'].join(' ')}\` for what there is.`
}

/** The nearest commands of the group, else those called so in another one. */
function commandHint({ known, unknown = '' }: CommandWords): string | undefined {
  const here = nearest(unknown, namesAfter(known)).map((name) => [...known, name].join(' '))
  const elsewhere = commands.map(({ path }) => path).filter((path) => path.split(' ').at(-1) === unknown.toLowerCase())
  const found = here.length > 0 ? here : elsewhere
  return found.length === 0 ? undefined : `Did you mean ${found.map((path) => `\`cardcage ${path}\``).join(' or ')}?`
}
