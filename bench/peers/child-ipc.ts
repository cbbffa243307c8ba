import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Answered, Asked } from './child-ipc-child.ts'
import { type Peer, whenGone } from './peer.ts'

/** A child process called over Node's own channel: a number per call, a promise per number, nothing more. */
export async function startChildIpc(serialization: 'json' | 'advanced'): Promise<Peer<Omit<Asked, 'id'>, unknown>> {
  const child = fork(fileURLToPath(new URL('./child-ipc-child.ts', import.meta.url)), { serialization })
  const waiting = new Map<number, (reply: unknown) => void>()
  let next = 1
  child.on('message', ({ id, result }: Answered) => {
    waiting.get(id)!(result)
    waiting.delete(id)
  })
  return {
    call: ({ method, params }) =>
      new Promise((resolve) => {
        const id = next++
        waiting.set(id, resolve)
        child.send({ id, method, params })
      }),
    async close() {
      child.kill('SIGKILL')
      await whenGone(child)
    },
  }
}
