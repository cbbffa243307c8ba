import assert from 'node:assert/strict'
import test from 'node:test'
import type { Json } from '@cardcage/plugin'
import type { Dialect, Manifest } from '../../src/manifest/manifest.ts'
import { allowedHosts } from '../../src/slot/allowed-hosts.ts'

const text = { type: 'string' }
const schema = {
  type: 'object',
  properties: {
    api_url: text,
    url: text,
    host: text,
    curl: text,
    hosts: { type: 'array' },
    deep: { type: 'object', properties: { endpoint: text } },
  },
}

const cases: readonly { net?: readonly string[]; dialect?: Dialect; config: Json; gives: readonly string[] }[] = [
  { net: ['api.example.com'], config: {}, gives: ['api.example.com'] },
  { net: ['${config.api_url}'], config: { api_url: 'https://api.example.com/v1' }, gives: ['api.example.com:443'] },
  { net: ['${config.api_url}'], config: { api_url: 'http://127.0.0.1:8080/v1' }, gives: ['127.0.0.1:8080'] },
  { net: ['${config.api_url}'], config: { api_url: 'http://api.example.com' }, gives: ['api.example.com:80', 'api.example.com:443'] },
  { net: ['${config.api_url}'], config: { api_url: 'http://[::1]:80/' }, gives: ['[::1]:80', '[::1]:443'] },
  { net: ['${config.deep.endpoint}'], config: { deep: { endpoint: 'https://u:p@x.example:8443' } }, gives: ['x.example:8443'] },
  { net: ['${config.deep.endpoint}'], config: { deep: 'no' }, gives: [] },
  { net: ['${config.api_url}'], config: {}, gives: [] },
  { net: ['${config.__proto__}'], config: {}, gives: [] },
  { net: ['${config.api_url}'], config: { api_url: '*.example.com' }, gives: [] },
  { net: ['${config.api_url}'], config: { api_url: 'file:///etc/passwd' }, gives: [] },
  { net: ['${config.api_url}'], config: { api_url: 'postgresql://db.example/x' }, gives: [] },
  { net: ['${config.host}'], config: { host: 'db.example:5432' }, gives: ['db.example:5432'] },
  { net: ['${config.host}'], config: { host: '*' }, gives: [] },
  { dialect: 'cardcage', config: { api_url: 'https://api.example.com' }, gives: [] },
  {
    dialect: 'recommendation',
    config: {
      api_url: 'https://a.example',
      url: 'https://b.example',
      host: 'c.example',
      curl: 'https://d.example',
      deep: { endpoint: 'https://e.example' },
    },
    gives: ['a.example:443', 'b.example:443', 'c.example', 'e.example:443'],
  },
]

for (const { net = [], dialect = 'cardcage', config, gives } of cases) {
  test(`${dialect} with ${net.join() || 'no hosts'} and ${JSON.stringify(config)} reaches ${gives.join(', ') || 'nothing'}`, () => {
    const permissions = { net: net.map((value) => ({ value, reason: 'why' })), read: [], write: [], env: [], secrets: [] }
    const found = allowedHosts({ permissions, dialect, configSchema: schema } as unknown as Manifest, config)
    assert.deepEqual(
      found.map(({ value }) => value),
      gives,
    )
    assert.ok(net.length === 0 || found.every(({ reason }) => reason === 'why'))
  })
}
