import type { GuideLogger } from './guide-logger.ts'

/** Makes a plugin in a guide's form. The logger may be missing: a host gives one, a test need not. */
export type PluginFactory = (logger?: GuideLogger) => unknown

const factories = new Map<string, PluginFactory>()

/**
 * Register what makes the plugin of that name: another way than exporting it. The last one of a name counts.
 *
 * @param name the plugin's name, as its manifest has it
 */
export function registerPluginFactory(name: string, factory: PluginFactory): void {
  factories.set(name, factory)
}

/** The factories that were registered in this process, by name. For the host. */
export function registeredFactories(): ReadonlyMap<string, PluginFactory> {
  return factories
}
