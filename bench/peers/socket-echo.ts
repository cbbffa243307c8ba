import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import type { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Peer, whenGone } from './peer.ts'

type Echo = Peer<Buffer, Buffer>

/** A socketpair with Node on both sides and nothing but a length before each message: what any protocol over a socket pays. */
export function startNodeEcho(): Echo {
  return startEcho(process.execPath, [fileURLToPath(new URL('./echo.cjs', import.meta.url))])
}

/** The same with a child in C, compiled here; where that cannot be, why. */
export function startCEcho(): Echo | string {
  const folder = mkdtempSync(join(tmpdir(), 'cardcage-bench-'))
  const program = join(folder, 'echo')
  const { error, status, stderr } = spawnSync('gcc', ['-O2', '-o', program, fileURLToPath(new URL('./echo.c', import.meta.url))], {
    encoding: 'utf8',
  })
  const remove = () => rmSync(folder, { recursive: true })
  if (error || status !== 0) {
    remove()
    return error ? 'there is no gcc here' : `gcc failed: ${stderr.split('\n')[0]}`
  }
  const echo = startEcho(program, [])
  return { ...echo, close: () => echo.close().finally(remove) }
}

function startEcho(command: string, args: readonly string[]): Echo {
  const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit', 'pipe'] })
  const socket = child.stdio[3] as Socket
  const waiting: ((reply: Buffer) => void)[] = []
  let rest: Buffer | undefined
  socket.on('data', (chunk: Buffer) => {
    let bytes = rest ? Buffer.concat([rest, chunk]) : chunk
    while (bytes.length >= 4 && bytes.length >= 4 + bytes.readUInt32LE(0)) {
      const end = 4 + bytes.readUInt32LE(0)
      waiting.shift()!(bytes.subarray(4, end))
      bytes = bytes.subarray(end)
    }
    rest = bytes.length > 0 ? bytes : undefined
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
