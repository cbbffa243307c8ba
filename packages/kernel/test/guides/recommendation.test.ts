import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import type { Json } from '@cardcage/plugin'
import { type ExternalSystemPlugin, registeredFactories } from '@cardcage/plugin/guides'
import { errorOf } from '../host.ts'
import { openGuide, serve } from './guide.ts'

const user = (id: string) => ({ type: 'user', id })

/** The plugin of the guide against a server with these answers by path; what it asked is kept. */
async function open(t: TestContext, answers: Readonly<Record<string, Json>>, healthy = () => true) {
  const asked: string[] = []
  const url = await serve(t, ({ url: path = '', headers }, response) => {
    asked.push(`${path} ${headers.authorization}`)
    if (path === '/health') response.writeHead(healthy() ? 200 : 503).end()
    else if (Object.hasOwn(answers, path)) response.end(JSON.stringify(answers[path]))
    else response.writeHead(404).end('{"error":"not found"}')
  })
  const kernel = await openGuide(t, 'recommendation/my-plugin', {
    slots: { crm: { plugin: 'my-plugin', config: { api_url: url, api_key: 's3cret' } } },
  })
  return { kernel, asked, url }
}

test('the enrichment has the guide’s names, leaves out what is empty, and says how long it holds', async (t) => {
  const answer = {
    demographics: { age: 0, gender: '', city: 'Oslo', MaritalStatus: 'single' },
    interests: [],
    social_connections: { platforms: ['x'], connections: 0 },
    behavior_patterns: {
      page_views: 3,
      conversionRate: 0.5,
      engagement_metrics: { likesGiven: 0 },
      purchase_history: [{ product_id: 'p', amount: 1 }],
    },
    contextual_data: { leadScore: 0 },
    confidence: 0.5,
    source: 'ignored',
    timestamp: '2024-01-01T00:00:00Z',
    ttl: '30m',
  }
  const { kernel, asked } = await open(t, { '/users/123': answer, '/users/12': { ...answer, ttl: 90 } })
  const { result } = await kernel.enrich('my-plugin', user('123'))
  assert.deepEqual(result?.data, {
    demographics: { age: 0, city: 'Oslo', marital_status: 'single' },
    social_connections: { platforms: ['x'] },
    behavior_patterns: {
      page_views: 3,
      conversion_rate: 0.5,
      engagement_metrics: { likesGiven: 0 },
      purchase_history: [{ product_id: 'p', amount: 1 }],
    },
    contextual_data: { leadScore: 0 },
  })
  assert.equal(result?.confidence, 0.5)
  assert.equal(result?.ttl, 30 * 60_000)
  assert.equal(result?.source, 'my-plugin')
  assert.match(result?.time ?? '', /^\d{4}-.*Z$/)
  assert.equal((await kernel.enrich('my-plugin', user('12'))).result?.ttl, 90_000, 'a number is seconds')
  assert.deepEqual(
    asked,
    ['/health Bearer s3cret', '/users/123 Bearer s3cret', '/users/12 Bearer s3cret'],
    'health is not asked before each',
  )
  assert.deepEqual((await kernel.info('crm')).provides?.enrichment?.['my-plugin'], {
    ...(await kernel.info('crm')).provides?.enrichment?.['my-plugin'],
    subjects: ['user'],
    adds: ['user_demographics'],
  })
  const line = kernel.lines.find(({ message }) => message === 'User profile enriched successfully')
  assert.deepEqual(line?.fields, { user_id: '123', confidence: 0.5 })
})

for (const [name, answer, says] of [
  ['a confidence above 1', { confidence: 1.5 }, /confidence is 1.5, not 0 to 1/],
  ['a ttl that is none', { confidence: 1, ttl: 'soon' }, /ttl is soon/],
  ['a list', [], /returned a list, not an enrichment/],
] as const) {
  test(`an enrichment that is ${name} is refused`, async (t) => {
    const { kernel } = await open(t, { '/users/1': answer })
    const error = await errorOf(kernel.enrich('my-plugin', user('1')))
    assert.equal(error.code, 'invalid-data')
    assert.match(error.message, says)
  })
}

test('404 is not found and not retryable; a server that is gone is unavailable and retryable', async (t) => {
  const { kernel } = await open(t, {})
  const missing = await errorOf(kernel.enrich('my-plugin', user('9')))
  assert.equal(missing.code, 'not-found')
  assert.equal(missing.retryable, false)
  assert.equal(missing.message, 'my-plugin: fetch_user: user not found')
  const gone = await openGuide(t, 'recommendation/my-plugin', {
    slots: { crm: { plugin: 'my-plugin', config: { api_url: 'http://127.0.0.1:1' } } },
  })
  const error = await errorOf(gone.enrich('my-plugin', user('9')))
  assert.equal(error.code, 'unavailable')
  assert.equal(error.retryable, true)
})

test('a plugin that is not healthy is refused until it is', async (t) => {
  let healthy = true
  const { kernel, asked } = await open(t, { '/users/1': { confidence: 1 } }, () => healthy)
  assert.ok((await kernel.enrich('my-plugin', user('1'))).result)
  healthy = false
  assert.ok((await kernel.enrich('my-plugin', user('1'))).result, 'nobody has asked yet')
  assert.deepEqual((await kernel.info('crm')).health, [{ name: 'plugin', status: 'fail', note: 'the plugin says it is not healthy' }])
  const error = await errorOf(kernel.enrich('my-plugin', user('1')))
  assert.equal(error.code, 'unavailable')
  assert.equal(error.retryable, true)
  assert.equal(asked.filter((one) => one.startsWith('/users')).length, 2, 'it was not asked for the user')
  healthy = true
  assert.ok((await kernel.enrich('my-plugin', user('1'))).result)
})

test('what the config needs is refused by the host before the plugin runs', async (t) => {
  const kernel = await openGuide(t, 'recommendation/my-plugin')
  const error = await errorOf(kernel.enrich('my-plugin', user('1')))
  assert.equal(error.code, 'invalid-config')
  assert.match(error.message, /api_url/)
})

test('the plugin of the guide also works without a logger', async (t) => {
  const url = await serve(t, (_, response) => response.end('{"confidence":1}'))
  await import('./fixtures/recommendation/my-plugin/plugin.ts')
  const plugin = registeredFactories().get('my-plugin')!() as ExternalSystemPlugin
  assert.equal(await plugin.isHealthy?.(), false, 'not before it is connected')
  await plugin.connect({ api_url: url })
  assert.equal(await plugin.isHealthy?.(), true)
  assert.deepEqual(await plugin.enrichUserProfile('1'), { confidence: 1 })
  await assert.rejects(async () => await plugin.connect({}), { Code: 'INVALID_CONFIG' })
})
