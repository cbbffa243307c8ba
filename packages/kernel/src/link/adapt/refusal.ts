import { PluginError } from '@cardcage/plugin'

/** A plugin's method returned something else than its guide says. */
export function notRecord(method: string, wanted: string, given: unknown): PluginError {
  const found = given === null ? 'null' : Array.isArray(given) ? 'a list' : typeof given
  return new PluginError('invalid-data', `The plugin's ${method} returned ${found}, not ${wanted}`, { origin: 'plugin' })
}
