import { Command, Option } from 'commander'
import type { CommandEntry, OptionEntry } from './commands.ts'
import { commands, groups } from './commands.ts'
import type { GlobalOptions, OptionValues } from './command.ts'

/** What the command line asks for. */
export interface Wanted {
  readonly entry: CommandEntry
  readonly args: readonly (string | undefined)[]
  readonly options: OptionValues
  readonly globals: GlobalOptions
}

/**
 * Commander's view of the table of commands. Help goes to stdout; errors are thrown as `CommanderError` with nothing written.
 *
 * @param choose called with what was asked for
 */
export function createProgram(version: string, choose: (wanted: Wanted) => void): Command {
  const program = new Command('cardcage')
    .description('Plugins for data, each in its own process: import, convert, enrich, analyse, plot.')
    .exitOverride()
    .configureOutput({ writeErr: () => {} })
    .configureHelp({ showGlobalOptions: true, visibleCommands: leaves, subcommandTerm: term })
    .helpCommand('help [command]', 'Show the help of a command')
    .version(version, '--version', 'Show the version')
    .option('--plugins <dir>', 'a plugin folder or a folder of them; repeatable', collect)
    .option('--config <file>', 'this configuration instead of those that are found; repeatable', collect)
    .option('--no-builtin', 'without the built-in plugins')
    .option('--json', 'one JSON document on stdout')
    .option('--verbose', 'log lines of host and plugins, and stack traces, on stderr')
    .addHelpText('after', '\nStart with:\n  $ cardcage demo\n  $ cardcage plugin list\n  $ cardcage plugin call --help')
  const parents = new Map<string, Command>([['', program]])
  for (const entry of commands) addCommand(parentOf(entry.path, parents), entry, program, choose)
  return program
}

function parentOf(path: string, parents: Map<string, Command>): Command {
  const words = path.split(' ').slice(0, -1)
  const group = words.join(' ')
  const known = parents.get(group)
  if (known) return known
  const made = parentOf(group, parents)
    .command(words.at(-1) ?? '')
    .description(groups[group] ?? '')
    .helpCommand(false)
  parents.set(group, made)
  return made
}

function addCommand(parent: Command, entry: CommandEntry, program: Command, choose: (wanted: Wanted) => void): void {
  const command = parent.command(entry.path.split(' ').at(-1) ?? '').description(entry.summary)
  for (const [usage, description] of entry.arguments ?? []) command.argument(usage, description)
  for (const option of entry.options ?? []) command.addOption(optionOf(option))
  command.addHelpText('after', `\nExamples:\n${entry.examples.map((example) => `  $ ${example}`).join('\n')}`)
  command.action(() => {
    const {
      plugins = [],
      config = [],
      builtin,
      json,
      verbose,
    } = program.opts<{ plugins?: string[]; config?: string[]; builtin: boolean; json?: boolean; verbose?: boolean }>()
    const globals = { plugins, config, builtin, json: json ?? false, verbose: verbose ?? false }
    choose({ entry, args: command.processedArgs.flat() as (string | undefined)[], options: command.opts(), globals })
  })
}

function optionOf({ flags, description, repeat, choices }: OptionEntry): Option {
  const option = new Option(flags, description + (repeat ? '; repeatable' : ''))
  if (choices) option.choices(choices)
  if (repeat) option.argParser(collect)
  return option
}

function collect(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value]
}

/** The commands under one, without the groups between. */
function leaves(command: Command): Command[] {
  return command.commands.flatMap((one) => (one.commands.length === 0 ? [one] : leaves(one)))
}

/** `plugin dev new <name>`: its words after `cardcage`, and its arguments. */
function term(command: Command): string {
  const words: string[] = []
  for (let one: Command | null = command; one?.parent; one = one.parent) words.unshift(one.name())
  return [...words, ...command.registeredArguments.map((one) => (one.required ? `<${one.name()}>` : `[${one.name()}]`))].join(' ')
}
