import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { duplexPair } from 'node:stream'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { PluginError } from '@cardcage/plugin'
import { diesWithHost } from '../../src/link/dies-with-host.ts'
import { processLink } from '../../src/link/process.ts'
import { Session } from '../../src/link/session.ts'
import { socketPort } from '../../src/wire/port.ts'
import { analysisPlugin, analysisProvides, temporaryFolder, temporaryKernel, writePlugin } from '../plugin-folder.ts'
import { conversation, conversationCalls, conversationServices, frameBytes, readResult } from './conversation.ts'
import { mutateFrames } from './mutate-frames.ts'

const assignment = {
  plugin: { id: 'sample', version: '1.0.0' },
  slot: 'sample',
  entry: 'file:///sample',
  sources: {},
  zod: { script: '', home: '' },
  config: {},
  dataDir: '/data',
  active: [],
  carry: {},
}
const frames = conversation.filter(({ from }) => from === 'runner')
const bytes = frames.map(frameBytes)
const untilReady = frames.findIndex(({ message }) => message === 'ready') + 1
const untilCheck = frames.findIndex(({ message }) => message === 'checked')
const untilStop = frames.findIndex(({ message }) => message === 'stopped')

/** How a replay ended: what each promise the host gave came to, and whether the protocol was broken. */
interface Replay {
  readonly outcomes: readonly PromiseSettledResult<unknown>[]
  readonly violation: string | undefined
}

/** Play what a runner sent to a host that does what the recorded host did. */
async function replay(sent: readonly Uint8Array[]): Promise<Replay> {
  const [hostEnd, runnerEnd] = duplexPair()
  runnerEnd.resume()
  runnerEnd.on('error', () => undefined)
  const session = new Session(socketPort(hostEnd), conversationServices)
  let violation: string | undefined
  const end = (why: string) => session.end(new PluginError('protocol', why, { details: { cause: 'order' } }))
  session.onViolation = (cause, reason) => {
    violation = `${cause}: ${reason}`
    end(violation)
  }
  session.port.onEnd = (how, reason) => {
    if (how === 'garbage') violation = reason
    end(how)
  }
  const given: Promise<unknown>[] = []
  const keep = (promise: Promise<unknown>) => {
    promise.catch(() => undefined)
    given.push(promise)
  }
  keep(session.assign(assignment))
  const feed = async (from: number, to: number) => {
    const chunk = Buffer.concat(sent.slice(from, to))
    if (chunk.length > 0) runnerEnd.write(chunk)
    await nextTurn()
  }
  await feed(0, untilReady)
  for (const request of conversationCalls()) keep(session.call(request).then(readResult))
  await feed(untilReady, untilCheck)
  keep(session.check(10_000))
  await feed(untilCheck, untilStop)
  keep(session.stop())
  await feed(untilStop, sent.length)
  runnerEnd.end()
  await nextTurn()
  hostEnd.destroy()
  return { outcomes: await Promise.allSettled(given), violation }
}

/** The value of a promise that must not wait for ever. */
async function settles<T>(promise: Promise<T>, seed: number): Promise<T> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Error(`seed ${seed}: somebody waits for ever`)), 5000)
  return await Promise.race([promise, late.promise]).finally(() => clearTimeout(timer))
}

describe('a recorded conversation', () => {
  const escaped: unknown[] = []
  const note = (error: unknown) => void escaped.push(error)
  before(() => {
    process.on('unhandledRejection', note)
    process.on('uncaughtException', note)
  })
  after(() => {
    process.off('unhandledRejection', note)
    process.off('uncaughtException', note)
  })

  test('replayed as it was, answers every call', async () => {
    const { outcomes, violation } = await replay(bytes)
    assert.equal(violation, undefined)
    const rejected = outcomes.filter(({ status }) => status === 'rejected') as PromiseRejectedResult[]
    assert.deepEqual(
      rejected.map(({ reason }) => (reason as PluginError).code),
      ['rate-limited'],
    )
    assert.deepEqual(
      (outcomes[0] as PromiseFulfilledResult<{ provides: object }>).value.provides,
      (frames[untilReady - 1]!.json as { provides: object }).provides,
    )
    assert.deepEqual((outcomes[1] as PromiseFulfilledResult<unknown>).value, [4])
  })

  test('replayed with 10,000 seeded mutations, throws nothing and leaves nobody waiting', async () => {
    let broken = 0
    let whole = 0
    for (let seed = 1; seed <= 10_000; seed++) {
      const { outcomes, violation } = await settles(replay(mutateFrames(bytes, seed)), seed)
      for (const outcome of outcomes) {
        if (outcome.status === 'rejected')
          assert.ok(PluginError.is(outcome.reason), `seed ${seed}: ${String((outcome.reason as Error).stack)}`)
      }
      if (violation !== undefined) broken++
      else if (outcomes.filter(({ status }) => status === 'rejected').length <= 1) whole++
      assert.deepEqual(escaped, [], `seed ${seed}`)
    }
    assert.equal(({} as { polluted?: unknown }).polluted, undefined)
    assert.ok(broken > 3000, `only ${broken} of the mutations broke a rule`)
    assert.ok(whole > 500, `only ${whole} of the mutations left the conversation whole`)
  })

  test('replayed with every 500th mutation from a real process, leaves a second plugin answering', async (t) => {
    const folder = temporaryFolder(t)
    writePlugin(folder, 'neighbour', analysisPlugin('neighbour', 'return { summary: { answer: 42 } }'), analysisProvides('neighbour'))
    const kernel = await temporaryKernel(t, { plugins: [join(folder, 'neighbour')] })
    for (let seed = 500; seed <= 10_000; seed += 500) {
      const file = join(folder, `${seed}.bin`)
      writeFileSync(file, Buffer.concat(mutateFrames(bytes, seed)))
      const given = processLink(assignment, conversationServices, {
        runner: fileURLToPath(new URL('fixtures/replay.cjs', import.meta.url)),
        flags: [],
        env: { REPLAY: file },
        startTimeout: 1000,
        memory: undefined,
        diesWithHost: diesWithHost(),
      }).then(async (link) => {
        const calls = conversationCalls().map(
          async (request) => await readResult(await link.call({ ...request, timeout: 200, whole: true })),
        )
        await Promise.allSettled(calls)
        await link.stop(50)
      })
      await given.catch((error: unknown) => assert.ok(PluginError.is(error), `seed ${seed}: ${String(error)}`))
      assert.deepEqual((await kernel.analyze('neighbour.analysis.neighbour')).result.summary, { answer: 42 }, `seed ${seed}`)
      assert.deepEqual(escaped, [], `seed ${seed}`)
    }
  })
})
