import { type Health, type Json, PluginError } from '@cardcage/plugin'
import type { Guide } from './guide.ts'
import { isRecord, member } from './spelling.ts'

/** Where the state of a plugin is kept that it gives as a promise. */
const stateKey = 'guide.saved-state'

/**
 * Begin a guide's plugin: its config is validated, what it saved is given back, it is initialized and connected; its health becomes a check, its cleanup runs
 * with the instance.
 *
 * @throws {PluginError} what the plugin throws; `invalid-config` where it says no to its config, `unavailable` where it says that it did not connect
 */
export async function begin(guide: Guide): Promise<void> {
  const { ctx } = guide
  await validateConfig(guide)
  if (guide.has('saveState') || guide.has('restoreState')) await keepState(guide)
  if (guide.has('initialize') && (await guide.call('initialize', [ctx.config])) === false)
    throw new PluginError('internal', 'The plugin said that it could not be initialized')
  if (guide.has('connect') && (await guide.call('connect', [ctx.config])) === false)
    throw new PluginError('unavailable', 'The plugin said that it could not connect')
  const health = ['isHealthy', 'status', 'healthCheck'].find((name) => guide.has(name))
  if (health !== undefined) ctx.check('plugin', () => askHealth(guide, health))
}

/** Undo a plugin whose start has failed, or that is stopped. */
export async function end(guide: Guide): Promise<void> {
  const cleanup = ['cleanup', 'shutdown'].find((name) => guide.has(name))
  if (cleanup !== undefined) await guide.call(cleanup, [])
}

/** Ask a plugin how it is. What it throws is a failure. */
export async function askHealth(guide: Guide, method: string): Promise<Health> {
  try {
    return healthOf(await guide.call(method, []))
  } catch (error) {
    return { status: 'fail', note: PluginError.from(error).message }
  }
}

/** `false`, or `is_healthy: false` with its `last_error`, is a failure; whoever says nothing is well. */
function healthOf(said: unknown): Health {
  const healthy = isRecord(said) ? (member(said, 'isHealthy') ?? member(said, 'healthy')) : said
  const note = member(said, 'lastError')
  if (healthy !== false) return { status: 'pass' }
  return { status: 'fail', note: typeof note === 'string' ? note : 'the plugin says it is not healthy' }
}

async function validateConfig(guide: Guide): Promise<void> {
  if (!guide.has('validateConfig')) return
  const said = await guide.call('validateConfig', [guide.ctx.config])
  const problems = Array.isArray(said) ? said.map(String) : said === false ? ['the plugin says that it does not fit'] : []
  if (problems.length > 0) throw new PluginError('invalid-config', `The config was refused: ${problems.join('; ')}`)
}

/** State goes to the next instance in memory; what is given as a promise is kept in the slot's durable state. */
async function keepState(guide: Guide): Promise<void> {
  const { ctx } = guide
  const save = () => (guide.has('saveState') ? guide.call('saveState', []) : Promise.resolve(undefined))
  const saved = await ctx.state.get<Json>(stateKey)
  if (saved !== undefined && guide.has('restoreState')) await guide.call('restoreState', [saved])
  ctx.defer(async () => {
    const state = await save()
    if (state !== undefined) await ctx.state.set(stateKey, state as Json)
  })
}
