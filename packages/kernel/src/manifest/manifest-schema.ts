import { pluginIdPattern, pluginIdRule } from '../base/id.ts'
import { durationSyntax, sizeSyntax } from '../base/quantity.ts'
import { hostNames } from './host-table.ts'
import type { JsonSchema } from './manifest.ts'

const text = (description: string): JsonSchema => ({ type: 'string', description })
const texts = (description: string): JsonSchema => ({ type: 'array', items: { type: 'string' }, description })
const closed = (properties: JsonSchema, more: JsonSchema = {}): JsonSchema => ({
  type: 'object',
  properties,
  ...more,
  additionalProperties: false,
})
const byName = (description: string, item: JsonSchema): JsonSchema => ({ type: 'object', description, additionalProperties: item })
const schema = (description: string): JsonSchema => ({ type: 'object', description })
const count = (description: string): JsonSchema => ({ type: 'integer', minimum: 0, description })

const about: JsonSchema = {
  title: text('Shown to people instead of the name.'),
  description: text('What it does, in a sentence.'),
  experimental: { type: 'boolean', description: 'A warning is given on every call.' },
  version: text('Of this method, where it differs from the version of the plugin.'),
  category: text('Free grouping: statistical, forecasting, time-series …'),
  reference: text('Paper, standard or documentation.'),
}

const columnType: JsonSchema = {
  enum: ['number', 'time', 'ordered', 'text', 'boolean', 'any'],
  description: '`ordered` is number or time.',
}
const columnNeed = closed(
  {
    type: columnType,
    optional: { type: 'boolean' },
    many: { type: 'boolean', description: 'All further columns of this type.' },
    description: text('What the column holds.'),
  },
  { required: ['type'] },
)
const inputs = byName(
  'Input tables by name. Default: one, called data.',
  closed({
    columns: byName('What the table must hold, by role.', { anyOf: [columnType, columnNeed] }),
    minRows: count('Fewest rows.'),
    maxRows: count('Most rows.'),
    optional: { type: 'boolean' },
    stream: { type: 'boolean', description: 'Arrives as a stream of tables, for work in bounded memory.' },
  }),
)
const params = schema('JSON Schema of the params.')
const data = schema('JSON Schema of the data.')
const can = texts('Which of the optional functions there are.')

const provides = closed(
  {
    source: byName('Sources by name.', closed({ ...about, params, can })),
    format: byName('Formats by name.', closed({ ...about, params, can, extensions: texts('.csv'), mediaTypes: texts('text/csv') })),
    analysis: byName(
      'Analysis methods by name.',
      closed({ ...about, inputs, params, can, deterministic: { type: 'boolean', default: true } }),
    ),
    visualization: byName(
      'Plot types and exporters by name.',
      closed({
        ...about,
        inputs,
        params,
        draws: texts('Media types a plot draws, best first. Default image/svg+xml.'),
        from: text('Media type an exporter reads.'),
        to: text('Media type an exporter makes.'),
        extension: text('File name extension of what an exporter makes.'),
      }),
    ),
    enrichment: byName(
      'Enrichers by name.',
      closed({ ...about, subjects: texts('Types of subject it knows.'), adds: texts('What it can add.'), data }),
    ),
    handler: byName('Handlers by event type or pattern.', closed({ ...about, data })),
  },
  { description: 'What the plugin provides, by kind, by name. Left out, it is learnt from the plugin itself.' },
)

const permission: JsonSchema = {
  type: 'array',
  items: {
    anyOf: [
      { type: 'string', minLength: 1 },
      closed(
        { value: { type: 'string', minLength: 1 }, reason: text('Why the plugin needs it; shown to the operator.') },
        { required: ['value'] },
      ),
    ],
  },
}

const version = { type: 'integer', minimum: 0 }
const library: JsonSchema = {
  anyOf: [
    { type: 'string', minLength: 1 },
    closed(
      {
        name: { type: 'string', minLength: 1 },
        version: text('As that library writes it. Default *.'),
        optional: { type: 'boolean', default: false },
      },
      { required: ['name'] },
    ),
  ],
}
const level: JsonSchema = { enum: ['L0', 'L1', 'L2', 'L3', 'L4'], description: 'Weakest isolation under which the plugin may run.' }

/** The JSON Schema (2020-12) of `plugin.json`; `plugin.toml` has the same keys. Published as `docs/reference/manifest.schema.json`. */
export const manifestSchema: JsonSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Cardcage plugin manifest',
  type: 'object',
  required: ['id', 'version'],
  properties: {
    $schema: text('Of this file, for editors.'),
    manifest_version: { enum: [1], description: 'Shape of this file.' },
    id: { type: 'string', pattern: pluginIdPattern, description: `Unique among plugins: ${pluginIdRule}.` },
    name: text('For people. Default: the id.'),
    version: text('Semantic version: 1.0.0.'),
    description: text('What the plugin is for, in a sentence.'),
    author: text('Name and address.'),
    license: text('SPDX expression.'),
    homepage: text('URL.'),
    repository: text('URL.'),
    api_version: {
      description: 'Version of the contract the plugin is written for. Default 1.0.0.',
      anyOf: [
        { type: 'string', pattern: '^\\d{1,9}\\.\\d{1,9}(\\.\\d{1,9})?$' },
        closed({ major: version, minor: version, patch: version }, { required: ['major'] }),
      ],
    },
    host_version: {
      description: 'The host it is written for: a semver range of Cardcage’s versions, or of a guide’s host, which is emulated.',
      anyOf: [
        { type: 'string' },
        closed({ name: { enum: [...hostNames], description: 'Default cardcage.' }, range: text('Semver range.') }, { required: ['range'] }),
      ],
    },
    keywords: texts('For search.'),
    dependencies: {
      type: 'array',
      description: 'Other plugins this one needs: "dtw", "dtw@^1.2", or an object. They order the start.',
      items: {
        anyOf: [
          { type: 'string', minLength: 1 },
          closed(
            {
              name: { type: 'string', minLength: 1 },
              version: text('Semver range. Default *.'),
              optional: { type: 'boolean', default: false },
            },
            { required: ['name'] },
          ),
        ],
      },
    },
    requires: {
      type: 'array',
      description:
        'Libraries it needs: "numpy>=1.24", or an object. A name that is the id of a plugin is a dependency on it. Others are kept and mean nothing here: packages of npm stand in package.json.',
      items: library,
    },
    conflicts_with: texts('Ids of plugins that may not be active beside it.'),
    config_schema: schema('JSON Schema (2020-12) of the config.'),
    config: schema('Values of the config that come with the plugin: above the defaults of the schema, below the config of the host.'),
    enabled: { type: 'boolean', default: true, description: 'False where it is only used when the config of the host enables it.' },
    entry: text(
      'Entry module, relative to the folder, and its export where it is not found by its form: `src/plugin.ts#MyPlugin`. Default index.ts, then index.js.',
    ),
    export: {
      type: 'string',
      pattern: '^[A-Za-z_$][\\w$]*$',
      description: 'The export of the entry module that is the plugin. Default: the default export, or what has the form of a plugin.',
    },
    produces: texts('Names of what its results are.'),
    capabilities: schema('What it says of itself beyond what it provides: `{"streaming": true}`.'),
    runtime: { ...byName('Semver ranges of runtimes: `{"node": ">=26"}`.', { type: 'string' }) },
    platforms: texts('Where it runs: linux, darwin, win32, or with an architecture: linux-x64. Default: everywhere.'),
    documentation: closed(
      { readme: text('Path of the README.'), examples: texts('Paths of examples.') },
      { description: 'Where it is described, relative to the folder.' },
    ),
    provides,
    permissions: closed(
      {
        net: {
          ...permission,
          description:
            'Hosts `ctx.fetch` may reach: `api.example.com`, `api.example.com:8443`, `*.example.com`. `sockets`: open its own, too.',
        },
        read: { ...permission, description: 'Files and folders it may read besides its own folder.' },
        write: { ...permission, description: 'Files and folders it may write besides its data folder.' },
        env: { ...permission, description: 'Environment variables of the host it is given; it gets no others.' },
        secrets: { ...permission, description: 'Config keys whose secret it sees itself, instead of a token.' },
      },
      { description: 'What the plugin may touch besides its own. Each entry is text, or `{value, reason}`.' },
    ),
    limits: closed(
      {
        memory: { type: ['string', 'number'], description: `Of the process: ${sizeSyntax}.` },
        timeout: { type: ['string', 'number'], description: `Default deadline of a call: ${durationSyntax}.` },
        cpu: {
          type: 'number',
          exclusiveMinimum: 0,
          description: 'Percent of one processor, all threads together: 200 is two of them. Held on Linux.',
        },
      },
      { description: 'Bounds of an instance.' },
    ),
    isolation: { description: 'Weakest isolation under which it may run.', anyOf: [level, closed({ minimum: level })] },
    modules: closed(
      { allowed: texts('Modules it may import.'), blocked: texts('Modules it may not import.') },
      { description: 'Kept and not enforced by this release.' },
    ),
    metadata: schema('For other programs and for people; the host keeps it and does nothing with it.'),
  },
  additionalProperties: false,
}
