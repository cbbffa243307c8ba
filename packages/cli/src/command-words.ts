import { commands } from './commands.ts'

/** Global options whose value is the next word. */
const withValue = ['--plugins', '--config']

/** What the words of a command line lead to. */
export interface CommandWords {
  /** Words of a command, or of a group of them: `['plugin', 'dev']`. */
  readonly known: readonly string[]
  /** The word after them that is no command; absent after a command, whose words are arguments. */
  readonly unknown?: string
}

/** Follow the words of a command line as far as there are commands; `help` before them says nothing of them. */
export function commandWords(given: readonly string[]): CommandWords {
  const known: string[] = []
  for (let i = 0; i < given.length && !isCommand(known); i++) {
    const word = given[i]!
    if (withValue.includes(word)) i++
    else if (word.startsWith('-') || (word === 'help' && known.length === 0)) continue
    else if (namesAfter(known).includes(word)) known.push(word)
    else return { known, unknown: word }
  }
  return { known }
}

/** The names of the commands and groups right under a group. */
export function namesAfter(words: readonly string[]): string[] {
  const inside = commands.map(({ path }) => path.split(' ')).filter((path) => words.every((word, i) => path[i] === word))
  return [...new Set(inside.flatMap((path) => path[words.length] ?? []))]
}

function isCommand(words: readonly string[]): boolean {
  return commands.some(({ path }) => path === words.join(' '))
}
