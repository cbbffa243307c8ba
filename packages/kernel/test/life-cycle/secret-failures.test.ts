import assert from 'node:assert/strict'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import type { Event } from '@cardcage/plugin'
import { emptyFolder, errorOf, openKernel, writePlugins } from '../host.ts'

const secret = 'planted-secret-of-the-crm'

/** A plugin that was given a secret and tells it in everything that fails. */
const telling = {
  manifest: {
    provides: { analysis: { fail: { inputs: {} }, crash: { inputs: {} }, warn: { inputs: {} } } },
    permissions: { secrets: ['key'] },
    config_schema: { type: 'object', properties: { key: { type: 'string', writeOnly: true }, starts: { type: 'boolean', default: true } } },
  },
  code: `export default definePlugin({ setup({ config, check }) {
    if (!config.starts) throw new PluginError('unavailable', 'the key ' + config.key + ' is wrong', { hint: config.key, details: { [config.key]: config.key } })
    check('key', () => { throw new Error(config.key) })
    return { analysis: {
      fail: operation({ inputs: {}, run() { throw new PluginError('unavailable', config.key + ' is refused', { details: { key: config.key } }) } }),
      warn: operation({ inputs: {}, run(_, __, call) { call.progress(0.5, config.key); call.warn('it is ' + config.key, { [config.key]: config.key }); return { summary: {} } } }),
      crash: operation({ inputs: {}, run() { setTimeout(() => { throw new Error(config.key) }); return new Promise(() => {}) } }),
    } }
  } })`,
}

test('a secret is in no event, no history, no state of a policy and no file of the home, however a plugin fails', async (t) => {
  const home = emptyFolder(t)
  const policy = { breaker: { failures: 1, openFor: 600_000 }, retry: { retries: 1, delay: 1 } }
  const slots = {
    closed: { plugin: 'telling', config: { key: secret, starts: false } },
    calls: { plugin: 'telling', config: { key: secret }, policy },
    crashes: { plugin: 'telling', config: { key: secret } },
  }
  const plugins = [writePlugins(emptyFolder(t), { telling })]
  const kernel = await openKernel(t, { plugins, home, slots })
  const events: Event[] = []
  kernel.onEvent('**', (event) => events.push(event))
  const said: unknown[] = []
  for (let n = 0; n < 6; n++) said.push((await errorOf(kernel.start('closed'))).toJSON())
  for (let n = 0; n < 2; n++) said.push((await errorOf(kernel.analyze('calls.analysis.fail'))).toJSON())
  for (let n = 0; n < 2; n++) said.push((await errorOf(kernel.analyze('crashes.analysis.crash'))).toJSON())
  said.push((await kernel.analyze('crashes.analysis.warn', { onProgress: (progress) => said.push(progress) })).warnings)
  const before = await Promise.all(Object.keys(slots).map((slot) => kernel.info(slot)))
  await kernel.stop()
  const next = await openKernel(t, { plugins, home, slots })
  const again = await errorOf(next.start('closed'))
  const infos = [...before, ...(await Promise.all(Object.keys(slots).map((slot) => next.info(slot))))]
  const files = readdirSync(home, { recursive: true, encoding: 'utf8' })
    .map((name) => join(home, name))
    .filter((path) => statSync(path).isFile())
    .map((path) => readFileSync(path, 'latin1'))
  const all = { said, again: again.toJSON(), events, lines: [...kernel.lines, ...next.lines], infos, files }
  for (const [what, one] of Object.entries(all)) assert.ok(!JSON.stringify(one).includes(secret), what)
  assert.equal(before[1]!.policy?.breaker?.failure, '*** is refused', 'it was there to be told')
  assert.deepEqual([again.code, JSON.stringify(again.details).includes('the key *** is wrong')], ['quarantined', true])
  assert.ok(files.some((file) => file.includes('the key *** is wrong')))
  assert.deepEqual(said.slice(-2), [{ done: 0.5, note: '***' }, [{ message: 'it is ***', details: { '***': '***' } }]])
  assert.ok(events.some(({ type }) => type === 'slot.breaker-open'))
})
