import { spawn } from 'node:child_process'
import type { Socket } from 'node:net'
import { fileURLToPath } from 'node:url'
import { type Peer, whenGone } from './peer.ts'

/** A socketpair with Node on both sides and nothing but a length before each message: what any protocol over a socket pays. */
export async function startNodeEcho(): Promise<Peer<Buffer, Buffer>> {
  const program = fileURLToPath(new URL('./node-echo-child.ts', import.meta.url))
  const child = spawn(process.execPath, [program], { stdio: ['ignore', 'inherit', 'inherit', 'pipe'] })
  const socket = child.stdio[3] as Socket
  const waiting: ((reply: Buffer) => void)[] = []
  let rest = Buffer.alloc(0)
  socket.on('data', (chunk: Buffer) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    while (rest.length >= 4 && rest.length >= 4 + rest.readUInt32LE(0)) {
      const end = 4 + rest.readUInt32LE(0)
      waiting.shift()!(rest.subarray(4, end))
      rest = rest.subarray(end)
    }
  })
  return {
    call: (message) =>
      new Promise((resolve) => {
        waiting.push(resolve)
        const frame = Buffer.allocUnsafe(4 + message.length)
        frame.writeUInt32LE(message.length, 0)
        frame.set(message, 4)
        socket.write(frame)
      }),
    async close() {
      child.kill('SIGKILL')
      await whenGone(child)
    },
  }
}
