import type { ConfigKey, GroupKey } from '../../packages/kernel/src/config/config-keys.ts'
import { describeKey } from '../../packages/kernel/src/config/config-value.ts'
import { code, generated, markdownTable } from './markdown.ts'

const sample = `timeout: 45s
plugins:
  paths: [./plugins, ../more-plugins]
slots:
  crm:
    config:
      api_url: https://crm.example.com
      api_key: \${CRM_API_KEY}
      timeout: \${CRM_TIMEOUT:-30}
    policy:
      concurrency: 4
      retry: { retries: 3, delay: 1s }
  crm-test:
    plugin: crm
    enabled: false
security:
  max_memory: 512MiB`

const layers: readonly (readonly string[])[] = [
  ['default', 'the schema of the plugin’s config'],
  ['manifest', '`config` of the plugin’s manifest'],
  ['system', '`/etc/cardcage/cardcage.{yaml,yml,toml,json}`'],
  ['user', '`$XDG_CONFIG_HOME/cardcage/cardcage.…`; with `CARDCAGE_HOME`, `$CARDCAGE_HOME/cardcage.…` stands for system and user'],
  [
    'project',
    '`cardcage.…` in the working directory, or the nearest above it; else `config/plugins.yaml`, `plugin_config.yaml` or `plugins.yaml` in the working directory',
  ],
  ['file', '`--config FILE`, or `CARDCAGE_CONFIG` (paths with `:` between them): these files instead of system, user and project'],
  ['plugin configure --user', '`plugins/ID.json` in the folder of the user’s file'],
  ['plugin configure', '`config/ID.json` in the workspace (`.cardcage`)'],
  [
    'environment',
    '`PLUGIN_ID_KEY`, above it `CARDCAGE_SLOTS__SLOT__CONFIG__KEY`; of the host `CARDCAGE_TIMEOUT`, `CARDCAGE_PLUGINS_PATHS`, `CARDCAGE_POLICY__ALL__TIMEOUT`',
  ],
  ['program', 'options of `createKernel`'],
]

const spellings: readonly (readonly string[])[] = [
  [
    'distributed-transformer',
    '`plugins.plugin_dir`, `enable_plugins`, `load_timeout_secs`',
    '`plugins.paths`, `plugins.enabled`, `policy.all.start_timeout`',
  ],
  ['', '`plugins.version_compatibility`', 'the same'],
  ['', '`plugins.plugin_configs.NAME`', '`slots.NAME.config`'],
  ['Platform Base', '`security.default_timeout`, `max_memory_mb`', '`timeout`, `security.max_memory`'],
  [
    'PanottiServer',
    '`NAME.version`, `NAME.settings`, `NAME.feature_flags`',
    '`slots.NAME.version`, `slots.NAME.config`, `slots.NAME.config.feature_flags`',
  ],
  ['recommendation engine', '`plugins.NAME.enabled`, `plugins.NAME.config`', '`slots.NAME.enabled`, `slots.NAME.config`'],
  ['', '`manager.plugin_dir`, `auto_discovery`', '`plugins.paths`, `plugins.discover`'],
  [
    '',
    '`manager.timeout`, `max_retries`, `retry_delay`, `cache_ttl`',
    '`policy.enrichment.timeout`, `retry.retries`, `retry.delay`, `cache.ttl`',
  ],
]

/** `docs/reference/config.md`: where configuration comes from, how it is put together, and every key of it. */
export function configPage(root: GroupKey): string {
  const { slots, policy, ...rest } = root.keys
  const slot = slots?.type === 'named' ? slots.of : undefined
  const policyKeys = slot?.keys['policy']
  return [
    generated('`packages/kernel/src/config/config-keys.ts`'),
    '# The configuration',
    'Cardcage runs without any configuration. Where there is one it is YAML, TOML or JSON with the same keys. The same as JSON Schema, for editors: [config.schema.json](config.schema.json), or `cardcage config schema`. `cardcage config validate` names everything that is wrong at once; a command does not start with a file that is wrong.',
    `\`\`\`yaml\n${sample}\n\`\`\``,
    '## Where a value comes from',
    'Each is above the one before it. `cardcage config path` says which files there are, `cardcage config explain KEY` which of them won.',
    markdownTable(['layer', 'where'], layers),
    'Objects are put together key by key; lists and single values replace what is below. A config key that is `null` takes away what lower layers say, so that the default holds, unless the schema takes `null` there. A slot whose config does not fit its plugin fails, and no other does. A config key the schema does not know is handed on with a warning; the schema refuses it with `additionalProperties: false`, and so does `cardcage config validate`. `_` and `-` in the name of a slot or plugin do not differ: `my_plugin` is `my-plugin`.',
    'Two files of one layer are refused, and so is a path of plugins that is not there. Without `plugins.paths`, `plugins` beside the project’s file is looked into where it is there.',
    '## Variables',
    '`${VAR}` in any text is the value of an environment variable, `${VAR:-default}` has a default for one that is not set or empty, `${A:-${B:-c}}` nests, `$$` is a dollar. They are put in after the file was read, so a value may hold quotes, colons and line ends; it is not looked at again. The result has the type the schema asks for; where the schema says nothing, `30` and `true` are a number and a boolean. Where a variable without default is not set, a config key its schema needs is an error, any other is left out with a warning; a key of the host is an error.',
    'In the name of a variable a key is upper case, with `_` for what is neither letter nor digit and `__` for a level: `PLUGIN_MY_CRM_SERVER__PORT` is `server.port` of the plugin `my-crm`. Lists and objects are JSON, or texts with commas.',
    'The files that `cardcage plugin configure` writes may hold variables, too; a value it reads from stdin (`--value -`) is kept as it is.',
    '## Keys',
    'A duration is text with a unit (`250ms`, `30s`, `5m`, `1h`, `1d`) or a number of seconds; a size is text with a unit (`512MiB`, `1GB`) or a number of bytes. A key may end in its unit: `timeout_ms`, `timeout_secs`, `memory_mb` (MiB).',
    markdownTable(['key', 'value', 'meaning'], rows({ type: 'group', description: '', keys: rest })),
    ...(slot ? ['### slots.NAME', slots!.description, markdownTable(['key', 'value', 'meaning'], rows(without(slot, 'policy')))] : []),
    'A bare `version` of a slot, such as `1.2.0`, is compared with the plugin’s as `plugins.version_compatibility` says: `Exact` takes 1.2.0 only, `Minor` is `~1.2.0`, `Major` is `^1.2.0`, `Any` takes every version; of a part, `1.2`, Exact takes all that begin so. A range means itself, whatever is said there. A slot whose plugin has another version fails.',
    'Several `instances` share nothing but `ctx.state` and `ctx.cache`. They are started one after the other, when those that run are busy; one that fails to start is tried again after growing waits. What `ctx.carry` hands over at a restart is that of the one that ran longest.',
    ...(policyKeys?.type === 'group'
      ? [
          '### Policies',
          `${code('slots.NAME.policy')}; ${code('policy.all')} for every slot; ${Object.keys(policy?.type === 'group' ? policy.keys : {})
            .filter((kind) => kind !== 'all')
            .map((kind) => code(`policy.${kind}`))
            .join(
              ', ',
            )} for slots that are known to provide that kind. What a slot says is above what its kinds say, and that is above \`policy.all\`.`,
          markdownTable(['key', 'value', 'meaning'], rows(policyKeys)),
        ]
      : []),
    '## Files of the guides',
    'These are read as they are printed, in any of the places above:',
    markdownTable(['guide', 'there', 'here'], spellings),
    '`enable_sandboxing` is not used: every plugin runs in a process of its own. Sections that mean something only to the program they come from (`formats`, `storage`, `streaming`, `processing`, `health`, `notifications`, `performance`, `development`, `marketplace`) are passed over with a warning.',
    '',
  ].join('\n\n')
}

function without(group: GroupKey, name: string): GroupKey {
  return { ...group, keys: Object.fromEntries(Object.entries(group.keys).filter(([key]) => key !== name)) }
}

/** Every key with a value, by its whole path. */
function rows(group: GroupKey, path = ''): string[][] {
  return Object.entries(group.keys).flatMap(([name, key]): string[][] => {
    const whole = path === '' ? name : `${path}.${name}`
    if (key.type === 'group') return rows(key, whole)
    return [[code(whole) + (group.required?.includes(name) ? ' (required)' : ''), valueOf(key), meaning(key)]]
  })
}

function valueOf(key: ConfigKey): string {
  if (key.type === 'duration' || key.type === 'size' || key.type === 'object') return key.type
  return key.type === 'group' || key.type === 'named' ? 'object' : describeKey(key)
}

function meaning(key: ConfigKey): string {
  if (key.type === 'group' || key.type === 'named') return key.description
  const fallback = key.default === undefined ? '' : ` Default ${code(String(key.default))}.`
  return `${key.description}${fallback}${key.unenforced ? ' Kept and shown; not enforced by this release.' : ''}`
}
