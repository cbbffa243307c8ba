import type { Output } from './output.ts'

/** Options that every command takes. */
export interface GlobalOptions {
  /** `--plugins DIR`, repeatable: a plugin folder or a folder of them. */
  readonly plugins: readonly string[]
  /** `--config FILE`, repeatable: these files instead of those that are found. */
  readonly config: readonly string[]
  /** False with `--no-builtin`. */
  readonly builtin: boolean
  readonly json: boolean
  readonly verbose: boolean
}

/** What a command is run with. */
export interface CommandContext {
  readonly globals: GlobalOptions
  readonly output: Output
  /** Aborts on Ctrl-C, SIGTERM and when nobody reads the output any more. */
  readonly signal: AbortSignal
  /** Undo when the command is over, however it ends; last registered runs first. */
  defer(cleanup: () => void | Promise<void>): void
}

/** Options as commander read them: by their long name in camel case. */
export type OptionValues = Readonly<Record<string, unknown>>

/** A command's function; its number is the exit code, nothing means 0. */
export type Run = (context: CommandContext, args: readonly (string | undefined)[], options: OptionValues) => Promise<number | void>

/** A repeatable option's values; empty where it was not given. */
export function valuesOf(options: OptionValues, name: string): readonly string[] {
  const value = options[name]
  return Array.isArray(value) ? value.map(String) : typeof value === 'string' ? [value] : []
}

/** An option's only value. */
export function valueOf(options: OptionValues, name: string): string | undefined {
  const value = options[name]
  return typeof value === 'string' ? value : undefined
}
