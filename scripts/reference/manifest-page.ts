import { dialectTable } from '../../packages/kernel/src/manifest/dialect.ts'
import { hostVersions } from '../../packages/kernel/src/manifest/host-table.ts'
import { code, generated, markdownTable } from './markdown.ts'

/** As much of a JSON Schema as the page reads. */
interface Node {
  readonly type?: string | readonly string[]
  readonly description?: string
  readonly enum?: readonly unknown[]
  readonly default?: unknown
  readonly anyOf?: readonly Node[]
  readonly items?: Node
  readonly required?: readonly string[]
  readonly properties?: Readonly<Record<string, Node>>
  readonly additionalProperties?: Node | boolean
}

const sample = `{
  "id": "weather",
  "version": "1.2.0",
  "description": "Observations of the national weather service.",
  "author": "You <you@example.com>",
  "license": "MIT",
  "api_version": { "major": 1, "minor": 0, "patch": 0 },
  "permissions": { "net": [{ "value": "api.example.com", "reason": "where the observations are" }] },
  "limits": { "memory": "256MiB", "timeout": "20s" },
  "config_schema": {
    "type": "object",
    "properties": { "station": { "type": "string" }, "api_key": { "type": "string", "sensitive": true } },
    "required": ["station"]
  }
}`

/** `docs/reference/manifest.md`: every key of the manifest, then those of what it provides. */
export function manifestPage(schema: Node): string {
  const { provides, ...keys } = schema.properties ?? {}
  const kinds = Object.entries(provides?.properties ?? {})
  return [
    generated('`packages/kernel/src/manifest/manifest-schema.ts`'),
    '# The manifest',
    'A plugin is a folder with a `plugin.json`, or a `plugin.toml`, `plugin.yaml` or `plugin.yml` of the same keys; where several are there, the first of these wins. Only `id` and `version` are required. The same as JSON Schema, for editors: [manifest.schema.json](manifest.schema.json). `cardcage plugin dev validate PATH` names everything that is wrong with one at once. Manifests of [other guides](#other-guides) are read, too.',
    `\`\`\`json\n${sample}\n\`\`\``,
    '## Keys',
    markdownTable(
      ['key', 'type', 'meaning'],
      [
        ...rows(keys, schema.required),
        ['`provides`', 'object', 'What it provides, by kind, by name; see below. Where it is left out it is learnt from the code once.'],
      ],
    ),
    ...Object.entries(keys)
      .filter(([, { properties }]) => properties)
      .flatMap(([name, { properties, required }]) => [
        `### ${name}`,
        markdownTable(['key', 'type', 'meaning'], rows(properties ?? {}, required)),
      ]),
    '## What it provides',
    'Everything here is made from the code when a plugin is packaged; written by hand it makes listing and calling possible without a first start.',
    ...kinds.flatMap(([kind, { description, additionalProperties }]) => [
      `### provides.${kind}`,
      description ?? '',
      markdownTable(
        ['key', 'type', 'meaning'],
        rows(typeof additionalProperties === 'object' ? (additionalProperties.properties ?? {}) : {}, []),
      ),
    ]),
    '## Other guides',
    'Manifests written for five other hosts are read as they are. Whose a manifest is, is decided by its keys, not by the name of its file; one with keys of two of them is refused. `cardcage plugin dev migrate PATH` writes the canonical form, and says what was mapped and what was dropped. Where several manifests are in a folder, the canonical one wins, then `plugin.json`, `plugin.toml`, `plugin.yaml`, `plugin.yml`, `manifest.json`; a `plugin.yaml.example` is read where there is nothing else. A `manifest.json` in a folder of plugins counts only with keys of ours.',
    'An entry module is looked for under the name that is given, with an extension of TypeScript or JavaScript; where there is none that is a warning. Libraries of Python are kept and mean nothing here, unless a name is the id of a plugin: then it is a dependency. Versions of the hosts are compared with those this one stands in for:',
    markdownTable(
      ['host', 'version'],
      Object.entries(hostVersions).map(([name, version]) => [code(name), code(version)]),
    ),
    ...Object.entries(dialectTable)
      .filter(([dialect]) => dialect !== 'cardcage')
      .flatMap(([dialect, { guide, marks, keys }]) => [
        `### ${dialect}`,
        `${guide}. ${recognized(dialect, marks)}`,
        markdownTable(
          ['its key', 'here'],
          Object.entries(keys).map(([key, to]) => [code(key), to === '–' ? 'dropped' : to.split(', ').map(code).join(', ')]),
        ),
      ]),
    '### module',
    'distributed-transformer, whose plugins are one file each. A file in a folder of plugins that exports `createPlugin` or `create_plugin`, or `metadata` and a default, is a plugin by itself. Its id is its name without the extension and a `lib` before it; `name`, `version` and `description` are taken from an object literal `metadata`. Nothing of it is run to find that out.',
    '',
  ].join('\n\n')
}

function recognized(dialect: string, marks: readonly string[]): string {
  if (dialect === 'chronos')
    return 'Recognised by `id`, an `api_version` table with the major 0, and no key that only the canonical manifest has.'
  const habit = habits[dialect]
  return `Recognised by ${[...marks.map(code), ...(habit === undefined ? [] : [habit])].join(', ')}.`
}

const habits: Readonly<Record<string, string>> = {
  'platform-base-1': '`configuration`, or an `entry_point` with a dot',
  'platform-base-2': 'or an `entry_point` that is a file',
  'platform-base-yaml': 'or an `entry_point` with a colon',
  panotti: '`name` with `enabled`, `config` or `dependencies`',
  recommendation: 'or `name` with `capabilities` or `config_schema`',
}

function rows(properties: Readonly<Record<string, Node>>, required: readonly string[] = []): string[][] {
  return Object.entries(properties)
    .filter(([name]) => name !== '$schema')
    .map(([name, node]) => [
      `${code(name)}${required.includes(name) ? ' (required)' : ''}`,
      typeOf(node),
      [node.description, node.default === undefined ? '' : `Default ${code(JSON.stringify(node.default))}.`].filter(Boolean).join(' '),
    ])
}

function typeOf(node: Node): string {
  if (node.enum) return node.enum.map((value) => code(JSON.stringify(value))).join(' or ')
  if (node.anyOf) return [...new Set(node.anyOf.map(typeOf))].join(' or ')
  if (node.type === 'array' && node.items) return `list of ${typeOf(node.items)}`
  return [node.type ?? 'any'].flat().join(' or ')
}
