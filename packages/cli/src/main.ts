import { CommanderError } from 'commander'
import type { CommandContext } from './command.ts'
import { commandWords } from './command-words.ts'
import { listenForInterrupt } from './interrupt.ts'
import { ownVersion } from './locate.ts'
import { createOutput, flushed } from './output.ts'
import type { Output } from './output.ts'
import { createProgram } from './program.ts'
import type { Wanted } from './program.ts'

/** Milliseconds a cancelled command has to end by itself, and then its plugins to be stopped, before the process ends all the same. */
const grace = 5000

const args = process.argv.slice(2)
const interrupt = listenForInterrupt()
const code = await main(args)
await flushed()
process.exit(interrupt.exit() ?? code)

async function main(given: readonly string[]): Promise<number> {
  const flags = given.includes('--') ? given.slice(0, given.indexOf('--')) : given
  const output = createOutput({ json: flags.includes('--json'), verbose: flags.includes('--verbose') })
  try {
    const wanted = parse(given)
    return wanted === undefined ? 0 : await run(wanted, output)
  } catch (thrown) {
    if (interrupt.exit() === 0) return 0
    const { tellFailure } = await import('./failure.ts')
    return tellFailure(thrown, output, given)
  }
}

/** @returns `undefined` where commander has answered itself: help and version */
function parse(given: readonly string[]): Wanted | undefined {
  let wanted: Wanted | undefined
  try {
    createProgram(ownVersion(), (chosen) => (wanted = chosen)).parse(helpAsked(given), { from: 'user' })
    return wanted
  } catch (thrown) {
    if (thrown instanceof CommanderError && thrown.exitCode === 0) return undefined
    throw thrown
  }
}

/** `help plugin list` as `plugin list --help`; commander would show the help of `plugin`, and of what is no command its own. */
function helpAsked(given: readonly string[]): readonly string[] {
  if (given[0] !== 'help') return given
  const { unknown } = commandWords(given)
  if (unknown !== undefined) throw new CommanderError(1, 'commander.unknownCommand', `error: unknown command '${unknown}'`)
  return [...given.slice(1), '--help']
}

async function run({ entry, args: values, options, globals }: Wanted, output: Output): Promise<number> {
  const cleanups: (() => void | Promise<void>)[] = []
  const context: CommandContext = { globals, output, signal: interrupt.signal, defer: (cleanup) => void cleanups.push(cleanup) }
  try {
    const command = await entry.load()
    return (await Promise.race([command.run(context, values, options), graceOver()])) ?? 0
  } finally {
    await Promise.race([undo(cleanups), after(interrupt.signal, grace)])
  }
}

async function undo(cleanups: (() => void | Promise<void>)[]): Promise<void> {
  for (const cleanup of cleanups.toReversed()) await cleanup()
}

/** Rejects when the command was interrupted and has not ended by itself in time. */
async function graceOver(): Promise<never> {
  await after(interrupt.signal, grace)
  throw interrupt.signal.reason
}

/** Resolves so many milliseconds after the signal; never while it is not aborted. */
function after(signal: AbortSignal, milliseconds: number): Promise<void> {
  return new Promise((done) => {
    const wait = () => void setTimeout(done, milliseconds).unref()
    if (signal.aborted) wait()
    else signal.addEventListener('abort', wait, { once: true })
  })
}
