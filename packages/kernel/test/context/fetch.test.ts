import assert from 'node:assert/strict'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import test, { type TestContext } from 'node:test'
import { errorOf, kernelOf } from '../host.ts'

interface Asked {
  readonly method: string
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

/** A server on the loopback that keeps what it was asked; returns its port. */
async function serve(t: TestContext, answer: (asked: Asked, response: ServerResponse) => void): Promise<{ port: number; asked: Asked[] }> {
  const asked: Asked[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { method = '', url = '', headers } = request
      const one = { method, url, headers, body: Buffer.concat(chunks).toString() }
      asked.push(one)
      answer(one, response)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  return { port: (server.address() as AddressInfo).port, asked }
}

const secret = 'p4ss "wörd"/&\\x'
const fetcher = (net: readonly string[], more: object = {}) => ({
  manifest: {
    permissions: { net: [...net], ...more },
    config_schema: {
      type: 'object',
      properties: {
        key: { type: 'string', sensitive: true },
        plain: { type: 'string', writeOnly: true },
        deep: { type: 'object', properties: { token: { type: 'string', sensitive: true } } },
      },
    },
  },
  code: `export default definePlugin({ setup: (ctx) => ({ analysis: {
    get: operation({ inputs: {}, params: z.object({ url: z.string(), method: z.string().default('GET'), headers: z.record(z.string(), z.string()).default({}), body: z.string().optional() }),
      run: async (_, { url, ...init }) => {
        const fill = (text) => text?.replaceAll('KEY', ctx.config.key).replaceAll('PLAIN', ctx.config.plain).replaceAll('TOKEN', ctx.config.deep?.token)
        const answer = await ctx.fetch(fill(url), { ...init, body: fill(init.body), headers: Object.fromEntries(Object.entries(init.headers).map(([k, v]) => [k, fill(v)])) })
        return { summary: { status: answer.status, url: answer.url, text: await answer.text() } } } }),
    tell: operation({ inputs: {}, run: () => ({ summary: { key: ctx.config.key } }) }),
    leak: operation({ inputs: {}, params: z.object({ text: z.string() }), run: (_, { text }, call) => { ctx.log.info('said ' + text, { text }); throw new PluginError('unavailable', 'server said ' + text, { hint: text, details: { text } }) } }),
  } }) })`,
})

test('only hosts of the manifest are fetched; the refusal says the line that would allow it', async (t) => {
  const { port, asked } = await serve(t, (_, response) => response.end('hello'))
  const kernel = await kernelOf(t, { narrow: fetcher([`127.0.0.1:${port}`]), closed: fetcher([]), wild: fetcher(['*.example.com']) })
  const get = (slot: string, url: string) => kernel.analyze(`${slot}.analysis.get`, { params: { url } })
  assert.deepEqual((await get('narrow', `http://127.0.0.1:${port}/a`)).result.summary, {
    status: 200,
    url: `http://127.0.0.1:${port}/a`,
    text: 'hello',
  })
  const other = await errorOf(get('narrow', `http://127.0.0.1:${port + 1}/`))
  assert.equal(other.code, 'permission-denied')
  assert.equal(other.message, `The plugin may not reach 127.0.0.1:${port + 1}`)
  assert.equal(other.hint, `If it should, write into its manifest: "permissions": { "net": ["127.0.0.1:${port}","127.0.0.1:${port + 1}"] }`)
  assert.equal((await errorOf(get('closed', `http://127.0.0.1:${port}/`))).code, 'permission-denied')
  for (const url of ['http://example.com/', 'http://notexample.com/', 'http://x.example.com.evil.net/'])
    assert.equal((await errorOf(get('wild', url))).code, 'permission-denied', url)
  for (const url of ['file:///etc/passwd', 'data:text/plain,x', 'ftp://127.0.0.1/'])
    assert.equal((await errorOf(get('narrow', url))).code, 'permission-denied', url)
  assert.equal(asked.length, 1, 'nothing else was asked')
})

test('a redirect is followed within the allowed hosts and takes no credentials to another', async (t) => {
  const outside = await serve(t, (_, response) => response.end('outside'))
  const second = await serve(t, (_, response) => response.end('second'))
  const first = await serve(t, ({ url }, response) => {
    if (url === '/out') response.writeHead(302, { location: `http://127.0.0.1:${outside.port}/` }).end()
    else if (url === '/on') response.writeHead(307, { location: `http://127.0.0.1:${second.port}/there` }).end()
    else if (url === '/loop') response.writeHead(302, { location: '/loop' }).end()
    else if (url === '/post') response.writeHead(303, { location: '/got' }).end()
    else if (url.startsWith('/echo')) response.writeHead(302, { location: url.replace('/echo', '/got') }).end()
    else response.end('first')
  })
  const kernel = await kernelOf(
    t,
    { web: fetcher([`127.0.0.1:${first.port}`, `127.0.0.1:${second.port}`]) },
    { slots: { web: { plugin: 'web', config: { key: 'hunter22' } } } },
  )
  const get = (path: string, more: object = {}) =>
    kernel.analyze('get', { params: { url: `http://127.0.0.1:${first.port}${path}`, ...more } })
  assert.match((await errorOf(get('/out'))).message, new RegExp(`may not reach 127.0.0.1:${outside.port}`))
  assert.deepEqual(outside.asked, [])
  const there = await get('/on', { headers: { authorization: 'Bearer KEY', 'x-key': 'KEY', 'x-plain': 'yes' } })
  assert.deepEqual(there.result.summary, { status: 200, url: `http://127.0.0.1:${second.port}/there`, text: 'second' })
  assert.equal(first.asked.at(-1)!.headers['x-key'], 'hunter22')
  const { headers } = second.asked[0]!
  assert.deepEqual([headers.authorization, headers['x-key'], headers['x-plain']], [undefined, undefined, 'yes'])
  assert.match((await errorOf(get('/loop'))).message, /redirects more than 10 times/)
  await get('/post', { method: 'POST', body: 'data' })
  assert.deepEqual([first.asked.at(-1)!.method, first.asked.at(-1)!.url, first.asked.at(-1)!.body], ['GET', '/got', ''])
  const echoed = (await get('/echo?key=KEY')).result.summary['url'] as string
  assert.match(echoed, /\/got\?key=cardcage-secret-/, 'the plugin does not learn the secret from where it was sent')
  assert.equal(first.asked.at(-1)!.url, '/got?key=hunter22')
})

test('a sensitive value is a token for the plugin and the secret for the server, as the place needs it', async (t) => {
  const { port, asked } = await serve(t, (_, response) => response.end())
  const config = { key: 'header-secret', plain: secret, deep: { token: 'deep-secret' } }
  const kernel = await kernelOf(t, { web: fetcher(['127.0.0.1']) }, { slots: { web: { plugin: 'web', config } } })
  const { key } = (await kernel.analyze('tell')).result.summary
  assert.match(key as string, /^cardcage-secret-[0-9a-f]{32}$/)
  const base = `http://127.0.0.1:${port}`
  const send = async (params: object): Promise<Asked> => {
    await kernel.analyze('get', { params: params as never })
    return asked.at(-1)!
  }
  const one = await send({
    url: `${base}/PLAIN?k=KEY`,
    method: 'POST',
    headers: { authorization: 'Bearer KEY', 'x-deep': 'TOKEN', 'content-type': 'application/json' },
    body: '{"secret":"PLAIN","more":"é"}',
  })
  assert.equal(one.headers.authorization, 'Bearer header-secret')
  assert.equal(one.headers['x-deep'], 'deep-secret')
  assert.equal(one.url, `/${encodeURIComponent(secret)}?k=header-secret`)
  assert.deepEqual(JSON.parse(one.body), { secret, more: 'é' })
  const form = await send({
    url: base,
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'secret=PLAIN',
  })
  assert.equal(new URLSearchParams(form.body).get('secret'), secret)
  const text = await send({ url: base, method: 'POST', body: 'PLAIN and KEY' })
  assert.equal(text.body, `${secret} and header-secret`)
  const header = await kernelOf(t, { web: fetcher(['127.0.0.1']) }, { slots: { web: { plugin: 'web', config: { key: 'sesame\nopen' } } } })
  const refused = await errorOf(header.analyze('get', { params: { url: base, headers: { 'x-key': 'KEY' } } }))
  assert.equal(refused.code, 'invalid-config')
  assert.ok(!JSON.stringify(refused).includes('sesame'))
})

test('a secret is masked in logs, errors and listings, also where the plugin was given it', async (t) => {
  const config = { key: 'hunter22', plain: 'other-secret' }
  const kernel = await kernelOf(
    t,
    { web: fetcher([], { secrets: ['key'] }) },
    { slots: { web: { plugin: 'web', config }, bad: { plugin: 'web', config: { key: ['hunter22'] as never } } } },
  )
  assert.equal((await kernel.analyze('web.analysis.tell')).result.summary['key'], 'hunter22', 'the manifest asked for it')
  const error = await errorOf(kernel.analyze('web.analysis.leak', { params: { text: 'key hunter22 and other-secret' } }))
  assert.deepEqual(
    [error.message, error.hint, error.details],
    ['server said key *** and ***', 'key *** and ***', { text: 'key *** and ***' }],
  )
  assert.equal(error.at['operation'], 'leak')
  const said = kernel.lines.find(({ message }) => message.startsWith('said'))!
  assert.deepEqual([said.message, said.fields], ['said key *** and ***', { text: 'key *** and ***' }])
  for (const shown of [kernel.lines, kernel.list(), await kernel.info('web'), kernel.list().find(({ slot }) => slot === 'bad')!.error]) {
    assert.ok(!JSON.stringify(shown).includes('hunter22'))
  }
})

test('a server that cannot be reached, and a call that is taken back', async (t) => {
  const hanging = Promise.withResolvers<void>()
  const { port } = await serve(t, () => hanging.resolve())
  const kernel = await kernelOf(t, { web: fetcher(['127.0.0.1']) })
  const dead = await errorOf(kernel.analyze('get', { params: { url: 'http://127.0.0.1:1/' } }))
  assert.equal(dead.code, 'unavailable')
  assert.match(dead.message, /^http:\/\/127\.0\.0\.1:1 cannot be reached: /)
  const controller = new AbortController()
  const call = errorOf(kernel.analyze('get', { params: { url: `http://127.0.0.1:${port}/` }, signal: controller.signal }))
  await hanging.promise
  controller.abort()
  assert.equal((await call).code, 'cancelled')
})
