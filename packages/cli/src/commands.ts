import type { Run } from './command.ts'

/** A command as `--help` shows it; its code is imported only when it runs. */
export interface CommandEntry {
  /** Words after `cardcage`. */
  readonly path: string
  readonly summary: string
  readonly arguments?: readonly (readonly [usage: string, description: string])[]
  readonly options?: readonly OptionEntry[]
  readonly examples: readonly string[]
  readonly load: () => Promise<{ readonly run: Run }>
}

/** An option of one command. */
export interface OptionEntry {
  readonly flags: string
  readonly description: string
  /** May be given several times; its values are a list. */
  readonly repeat?: true
  readonly choices?: readonly string[]
}

/** Groups of commands, by their words. */
export const groups: Readonly<Record<string, string>> = {
  plugin: 'See, call and release plugins',
  'plugin dev': 'Make plugins',
  config: 'See where a setting comes from, and check it',
}

/** Every command there is, in the order of `--help`. */
export const commands: readonly CommandEntry[] = [
  {
    path: 'demo',
    summary: 'Run real files through four plugins and draw the results',
    arguments: [['[file...]', 'data files; the first ordered column is x, the first other number y (default: nile.csv and co2.csv)']],
    options: [{ flags: '-o, --output <dir>', description: 'folder for the figures (default: figures)' }],
    examples: ['cardcage demo', 'cardcage demo sales.csv --output out', 'cardcage demo --json'],
    load: () => import('./commands/demo.ts'),
  },
  {
    path: 'plugin list',
    summary: 'List the plugins, with those that failed and why; starts nothing',
    examples: ['cardcage plugin list', 'cardcage plugin list --plugins ./my-plugins --json'],
    load: () => import('./commands/plugin-list.ts'),
  },
  {
    path: 'plugin info',
    summary: 'Show what a plugin provides, needs and may do',
    arguments: [['<slot>', 'name of the slot; a plugin’s id unless configured otherwise']],
    examples: ['cardcage plugin info regression', 'cardcage plugin info csv --json'],
    load: () => import('./commands/plugin-info.ts'),
  },
  {
    path: 'plugin call',
    summary: 'Call anything a plugin provides',
    arguments: [['<address>', 'slot.kind.name, or the name alone where it is unambiguous']],
    options: [
      {
        flags: '-i, --input <[name=]FILE|-|JSON>',
        description: 'input: a file, - for stdin, or JSON; name= where there are several',
        repeat: true,
      },
      { flags: '-c, --column <role=name>', description: 'which column plays which role', repeat: true },
      { flags: '-p, --param <key=value>', description: 'a parameter; dots nest, a key given again makes a list', repeat: true },
      { flags: '--option <key=value>', description: 'an option of the formats the files are read and written with', repeat: true },
      { flags: '--on-reject <what>', description: 'for a record that does not fit', choices: ['fail', 'leave-out', 'null'] },
      { flags: '-t, --timeout <duration>', description: 'deadline of the call: 250ms, 2s, 1.5m' },
      { flags: '-o, --output <file>', description: 'write the result there; the extension says the format' },
      { flags: '--all', description: 'show every row, not at most 1000 (10 for people)' },
      { flags: '--stream <name>', description: 'source: which of its streams' },
      { flags: '--limit <rows>', description: 'source: at most so many rows' },
      { flags: '--width <pixels>', description: 'figure: width in CSS pixels' },
      { flags: '--height <pixels>', description: 'figure: height in CSS pixels' },
      { flags: '--scale <factor>', description: 'figure: pixels of an image per CSS pixel' },
      { flags: '--theme <theme>', description: 'figure: colours', choices: ['light', 'dark', 'print'] },
      { flags: '--title <text>', description: 'figure: title' },
      { flags: '--x-label <text>', description: 'figure: label of the x axis' },
      { flags: '--y-label <text>', description: 'figure: label of the y axis' },
    ],
    examples: [
      'cardcage plugin call multiplier --input "[1,2,3,4]"',
      'cardcage plugin call moving_average --input nile.csv -p window_size=5',
      'cardcage plugin call custom_regression --input nile.csv --column x=year --column y=volume -p degree=2 --json',
      'cardcage plugin call plots.visualization.line --input nile.csv --output nile.png --title Nile',
      'cardcage plugin call csv.format.csv --input nile.csv',
      'cat nile.csv | cardcage plugin call moving_average --input -',
    ],
    load: () => import('./commands/plugin-call.ts'),
  },
  {
    path: 'plugin release',
    summary: 'End the quarantine of a slot: its next call starts it again',
    arguments: [['<slot>', 'name of the slot']],
    examples: ['cardcage plugin release regression'],
    load: () => import('./commands/plugin-release.ts'),
  },
  {
    path: 'plugin configure',
    summary: 'Set, remove or show values of a plugin’s config, kept in a file of its own',
    arguments: [['<id>', 'id of the plugin, or name of its slot']],
    options: [
      { flags: '-k, --key <key>', description: 'config key; dots nest' },
      { flags: '-v, --value <value>', description: 'its value, as text of the type the schema asks for; - reads it from stdin' },
      { flags: '--unset <key>', description: 'remove a key', repeat: true },
      { flags: '--config-file <file>', description: 'take all values from a file: JSON, TOML or YAML' },
      { flags: '--show', description: 'show the values in force, secrets masked' },
      { flags: '--user', description: 'keep it for every workspace of this user, not for this one' },
    ],
    examples: [
      'cardcage plugin configure crm --key api_url --value https://crm.example.com',
      'cardcage plugin configure crm --key api_key --value - < key.txt',
      'cardcage plugin configure crm --show',
    ],
    load: () => import('./commands/plugin-configure.ts'),
  },
  {
    path: 'plugin dev new',
    summary: 'Make a plugin that validates, type-checks, passes its test and can be called',
    arguments: [['<name>', 'id of the plugin: lower-case letters, digits, - and _']],
    options: [
      {
        flags: '-k, --kind <kind>',
        description: 'what it provides (required)',
        choices: ['source', 'format', 'analysis', 'visualization', 'enrichment', 'handler'],
      },
      { flags: '-o, --output <dir>', description: 'folder of the plugin (default: ./NAME)' },
    ],
    examples: ['cardcage plugin dev new smooth --kind analysis', 'cardcage plugin dev new orders --kind handler --output ./plugins/orders'],
    load: () => import('./commands/plugin-dev-new.ts'),
  },
  {
    path: 'plugin dev validate',
    summary: 'Say everything that is wrong with a plugin, at once; exit code 10 if anything is',
    arguments: [['<path>', 'folder of the plugin, or a module that is one by itself']],
    options: [
      { flags: '-f, --format <format>', description: 'how it is said (default: text)', choices: ['text', 'json', 'github', 'sarif'] },
      { flags: '--static', description: 'do not start the plugin: look at its files only' },
    ],
    examples: [
      'cardcage plugin dev validate ./smooth',
      'cardcage plugin dev validate ./smooth --json',
      'cardcage plugin dev validate ./smooth --format sarif',
    ],
    load: () => import('./commands/plugin-dev-validate.ts'),
  },
  {
    path: 'plugin dev migrate',
    summary: 'Rewrite a manifest of any guide as plugin.json, and say what was mapped and dropped',
    arguments: [['<path>', 'folder of the plugin']],
    options: [
      { flags: '-o, --output <file>', description: 'where it is written (default: plugin.json in the folder; - for stdout)' },
      { flags: '--force', description: 'overwrite the file where it is there' },
      { flags: '--dry-run', description: 'write nothing' },
    ],
    examples: ['cardcage plugin dev migrate ./dtw --dry-run', 'cardcage plugin dev migrate ./dtw --force'],
    load: () => import('./commands/plugin-dev-migrate.ts'),
  },
  {
    path: 'config show',
    summary: 'Show the configuration in force, secrets masked',
    arguments: [['[key]', 'only this part: slots.crm, slots.crm.config.api_url']],
    examples: ['cardcage config show', 'cardcage config show slots.crm --json'],
    load: () => import('./commands/config-show.ts'),
  },
  {
    path: 'config explain',
    summary: 'Say where a value comes from: every layer that has it, and which one won',
    arguments: [['<key>', 'slots.crm.config.timeout, or crm.timeout']],
    examples: ['cardcage config explain crm.timeout', 'cardcage config explain timeout --json'],
    load: () => import('./commands/config-explain.ts'),
  },
  {
    path: 'config validate',
    summary: 'Say everything that is wrong with the configuration, at once; exit code 3 if anything is',
    arguments: [['[file...]', 'files to look at instead of those in force']],
    examples: ['cardcage config validate', 'cardcage config validate config/plugins.yaml --json'],
    load: () => import('./commands/config-validate.ts'),
  },
  {
    path: 'config path',
    summary: 'Say which files are looked for, and which are there',
    examples: ['cardcage config path', 'cardcage config path --json'],
    load: () => import('./commands/config-path.ts'),
  },
  {
    path: 'config schema',
    summary: 'Print the JSON Schema of cardcage.yaml, for editors; of one plugin’s config where it is named',
    arguments: [['[plugin]', 'id of a plugin']],
    examples: ['cardcage config schema > cardcage.schema.json', 'cardcage config schema crm'],
    load: () => import('./commands/config-schema.ts'),
  },
  {
    path: 'explain',
    summary: 'Explain an error code, or list them all',
    arguments: [['[code]', 'an error code, a guide’s name of it, or a cause']],
    examples: ['cardcage explain', 'cardcage explain invalid-call', 'cardcage explain INVALID_MANIFEST'],
    load: () => import('./commands/explain.ts'),
  },
  {
    path: 'doctor',
    summary: 'Check that everything Cardcage needs is there and works; exit code 10 if not',
    examples: ['cardcage doctor', 'cardcage doctor --json'],
    load: () => import('./commands/doctor.ts'),
  },
]
