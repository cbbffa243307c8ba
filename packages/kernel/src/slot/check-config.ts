import { configProblem, type ConfigProblem } from '../config/config-problem.ts'
import type { LoadedConfig } from '../config/load-config.ts'
import { askSlots } from './asked-slots.ts'
import { discoverWithin, kindsOf, within } from './slots.ts'

/** What a configuration is checked with. */
export interface CheckConfigOptions {
  /** Plugin folders besides those of the configuration. */
  readonly plugins?: readonly string[]
  /** Those of them that come with the host. */
  readonly builtIn?: readonly string[]
  /** Folder of what was learnt of plugins. */
  readonly cache: string
}

/**
 * Everything that is wrong with a configuration: its files, and the config of every slot by the schema of its plugin. Stricter than a kernel: a config key that the
 * schema does not know is an error. Opens manifests, starts nothing.
 */
export function checkConfig(config: LoadedConfig, { plugins = [], builtIn = [], cache }: CheckConfigOptions): readonly ConfigProblem[] {
  const { enabled, paths } = config.host.plugins
  const there = new Set(config.problems.map(({ file, key }) => `${file}\0${key}`))
  const found = discoverWithin(enabled ? [...plugins, ...paths] : builtIn, config)
  const isBuiltIn = within(builtIn)
  const { problems } = askSlots({
    plugins: found.plugins,
    slots: {},
    config,
    isBuiltIn: ({ path }) => isBuiltIn(path),
    kindsOf: (plugin) => kindsOf(plugin, cache),
  })
  const ofSchemas = found.plugins.flatMap((plugin) =>
    plugin.problems
      .filter(({ severity, key = '' }) => severity === 'error' && /^config(?:_schema|uration)\b/.test(key))
      .map(({ file, line, key, message, fix }) => configProblem({ file, line, key, message, fix })),
  )
  const ofPaths = found.problems
    .filter(({ file }) => !config.problems.some(({ message }) => message.startsWith(file)))
    .map(({ file, severity, message, fix }) => configProblem({ file, severity, code: 'not-found', message, fix }))
  const ofSlots = [...ofSchemas, ...problems.filter(({ key }) => key !== 'config_schema')].map(
    ({ file, line, key, severity, code, message, fix, ...more }) => {
      const strict = 'strict' in more && more.strict
      return configProblem({ file, line, key, severity: strict ? 'error' : severity, code, message, fix })
    },
  )
  // What is wrong in a file also misses in its slot: once is enough.
  return [
    ...config.problems,
    ...ofPaths,
    ...ofSlots.filter(({ file, key, severity }) => severity === 'warning' || !there.has(`${file}\0${key}`)),
  ]
}
