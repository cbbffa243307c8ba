/** Records `fixtures/conversation.json`: run it after the protocol has changed, `node packages/kernel/test/robustness/record.ts`. */
import { writeFileSync } from 'node:fs'
import { PluginError } from '@cardcage/plugin'
import { serve } from '../../src/link/serve/serve.ts'
import { Session } from '../../src/link/session.ts'
import { messageName, messages } from '../../src/wire/message.ts'
import { memoryPorts, type Port } from '../../src/wire/port.ts'
import { conversationCalls, conversationServices, type RecordedFrame, readResult } from './conversation.ts'

const recorded: RecordedFrame[] = []

/** A port whose frames are written down as they are sent. */
function recording(port: Port, from: 'host' | 'runner'): Port {
  const { send } = port
  const note = (type: number, channel: number, id: number, payload: Buffer) => {
    const message = messageName(type)!
    const head = { from, message, id, channel }
    recorded.push(
      payload.length === 0
        ? head
        : messages[message].payload === 'json'
          ? { ...head, json: JSON.parse(payload.toString()) as unknown }
          : { ...head, base64: payload.toString('base64') },
    )
  }
  port.send = (type, channel, id, ...parts) => {
    note(type, channel, id, Buffer.concat(parts))
    send(type, channel, id, ...parts)
  }
  port.sendText = (type, channel, id, text) => port.send(type, channel, id, Buffer.from(text))
  return port
}

const [host, runner] = memoryPorts()
const session = new Session(recording(host, 'host'), conversationServices)
session.onViolation = (cause, reason) => {
  throw new Error(`The conversation breaks the protocol: ${cause}, ${reason}`)
}
const assigned = session.assign({
  plugin: { id: 'sample', version: '1.0.0' },
  slot: 'sample',
  entry: 'file:///plugins/sample/index.ts',
  sources: {},
  zod: { script: '/cache/zod.js', home: '/cache' },
  config: {},
  dataDir: '/data/sample',
  active: [],
  carry: {},
})
serve(recording(runner, 'runner'), {
  pid: 4711,
  load: async () => await import('./fixtures/conversation-plugin.ts'),
  guide: () => {
    throw new Error('The recorded plugin is in no guide’s form')
  },
  exit: () => undefined,
})
await assigned
const settled = await Promise.allSettled(conversationCalls().map(async (request) => await readResult(await session.call(request))))
const failed = settled.filter(({ status }) => status === 'rejected')
if (failed.length !== 1) throw new Error(`One call fails on purpose, ${failed.length} did: ${JSON.stringify(failed)}`)
await session.check(1000)
await session.stop()
session.end(new PluginError('unavailable', 'The conversation is over'))
const lines = recorded.map((frame) => JSON.stringify(frame).replace(process.version, 'v26.0.0'))
writeFileSync(new URL('fixtures/conversation.json', import.meta.url), `[\n${lines.join(',\n')}\n]\n`)
