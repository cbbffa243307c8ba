/** The command line itself is wrong: an unknown option, a missing argument, `-p` without `=`. Exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
  /** What to do about it; absent where the help of the command says it. */
  readonly hint: string | undefined

  constructor(message: string, hint?: string) {
    super(message)
    this.hint = hint
  }
}

/** What `explain usage` says; the only code that is of the command line alone. */
export const usageEntry = {
  exit: 2,
  retryable: false,
  origin: 'caller',
  meaning: 'The command line could not be understood: an unknown command or option, or an argument that is missing or misshapen.',
  hint: 'Run the command with --help for its arguments, options and examples.',
  causes: [
    'A command or an option is misspelt, or belongs to another command.',
    'An argument is missing, or there is one too many: a text with spaces needs quotes.',
    'A duration has no unit, a pair no `=`, or a choice is none of those there are.',
  ],
  fix: ['Take the name the hint proposes.', 'Read the help of the command: its arguments, options and examples.'],
  aliases: [],
} as const
