import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'

/**
 * The folder for what can be made again: `$CARDCAGE_HOME/cache`, else `$XDG_CACHE_HOME/cardcage`, else `~/.cache/cardcage`.
 * It need not exist. A relative `XDG_CACHE_HOME` is ignored, as the XDG specification asks.
 *
 * @param {Readonly<Record<string, string | undefined>>} environment
 * @returns {string} an absolute path where `CARDCAGE_HOME` is one
 */
export function cacheFolder(environment) {
  if (environment['CARDCAGE_HOME']) return join(environment['CARDCAGE_HOME'], 'cache')
  const base = environment['XDG_CACHE_HOME']
  return base && isAbsolute(base) ? join(base, 'cardcage') : join(homedir(), '.cache', 'cardcage')
}
