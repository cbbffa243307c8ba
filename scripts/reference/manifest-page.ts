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
    'A plugin is a folder with a `plugin.json` or a `plugin.toml` of the same keys; where both are there, `plugin.json` wins. Only `id` and `version` are required. The same as JSON Schema, for editors: [manifest.schema.json](manifest.schema.json). `cardcage plugin dev validate PATH` names everything that is wrong with one at once.',
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
    '',
  ].join('\n\n')
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
