/** The command line itself is wrong: an unknown option, a missing argument, `-p` without `=`. Exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
  /** What to do about it. */
  readonly hint: string

  constructor(message: string, hint = 'Run the command with --help for its arguments, options and examples.') {
    super(message)
    this.hint = hint
  }
}

/** What `explain usage` says; the only code that is of the command line alone. */
export const usageEntry = {
  exit: 2,
  retryable: false,
  meaning: 'The command line could not be understood: an unknown command or option, or an argument that is missing or misshapen.',
  hint: 'Run the command with --help for its arguments, options and examples.',
} as const
