import type { Duplex } from 'node:stream'
import { flagMore, type Frame, FrameReader, headerBytes, maxFrameBytes, writeHeader } from './frame.ts'

/** One end of a connection that carries frames, whatever the distance. */
export interface Port {
  /** Send one message; a payload above the cap of a frame goes out as several with the flag `more`. Parts are not copied: do not change them. */
  send(type: number, channel: number, id: number, ...parts: readonly Uint8Array[]): void
  /** Send a message whose payload is text. */
  sendText(type: number, channel: number, id: number, text: string): void
  /** Bytes handed to `send` that the other side has not taken yet. */
  readonly pending: number
  /** Called for every frame that arrives. Set before the first can come. */
  onFrame: (frame: Frame) => void
  /** Called once when the connection has ended; `reason` says why where bytes were not frames. */
  onEnd: (reason?: string) => void
  /** End the connection from this side. */
  close(): void
}

const slabBytes = 64 * 1024
const smallPart = 8 * 1024

/**
 * Frames over a socket: all frames of a tick leave in one write. Small payloads are gathered in a slab, large ones are handed over as they are.
 */
export function socketPort(socket: Duplex): Port {
  let slab = Buffer.allocUnsafe(slabBytes)
  let start = 0
  let at = 0
  let queue: Uint8Array[] = []
  let scheduled = false
  let ended = false

  const flush = () => {
    scheduled = false
    if (at > start) queue.push(slab.subarray(start, at))
    start = at
    const parts = queue
    queue = []
    if (ended || parts.length === 0) return
    if (parts.length === 1) socket.write(parts[0])
    else {
      socket.cork()
      for (const part of parts) socket.write(part)
      socket.uncork()
    }
  }
  const room = (bytes: number) => {
    if (slab.length - at >= bytes) return
    if (at > start) queue.push(slab.subarray(start, at))
    slab = Buffer.allocUnsafe(Math.max(slabBytes, bytes))
    start = at = 0
  }
  const schedule = () => {
    if (scheduled) return
    scheduled = true
    queueMicrotask(flush)
  }
  const header = (length: number, type: number, flags: number, channel: number, id: number) => {
    room(headerBytes)
    writeHeader(slab, at, length, type, flags, channel, id)
    at += headerBytes
  }
  const put = (part: Uint8Array) => {
    if (part.length <= smallPart) {
      room(part.length)
      slab.set(part, at)
      at += part.length
    } else {
      if (at > start) queue.push(slab.subarray(start, at))
      start = at
      queue.push(part)
    }
  }

  const port: Port = {
    onFrame: () => undefined,
    onEnd: () => undefined,
    get pending() {
      return socket.writableLength + (at - start)
    },
    send(type, channel, id, ...parts) {
      if (ended) return
      let left = 0
      for (const part of parts) left += part.length
      let space = 0
      if (left <= maxFrameBytes) {
        header(left, type, 0, channel, id)
        for (const part of parts) put(part)
        return schedule()
      }
      for (let part of parts) {
        while (part.length > 0) {
          if (space === 0) {
            space = Math.min(left, maxFrameBytes)
            left -= space
            header(space, type, left > 0 ? flagMore : 0, channel, id)
          }
          const take = Math.min(space, part.length)
          put(part.subarray(0, take))
          part = part.subarray(take)
          space -= take
        }
      }
      schedule()
    },
    sendText(type, channel, id, text) {
      if (ended) return
      const most = text.length * 3
      if (most > slabBytes / 2) return port.send(type, channel, id, Buffer.from(text))
      room(headerBytes + most)
      const length = slab.write(text, at + headerBytes)
      writeHeader(slab, at, length, type, 0, channel, id)
      at += headerBytes + length
      schedule()
    },
    close() {
      if (ended) return
      flush()
      ended = true
      reader.stop()
      socket.destroy()
    },
  }
  const reader = new FrameReader(
    (frame) => port.onFrame(frame),
    (reason) => end(reason),
  )
  const end = (reason?: string) => {
    if (ended) return
    ended = true
    reader.stop()
    port.onEnd(reason)
    socket.destroy()
  }
  socket.on('data', (chunk: Buffer) => reader.feed(chunk))
  socket.on('error', () => end())
  socket.on('close', () => end(reader.unfinished ? 'the channel closed in the middle of a frame' : undefined))
  socket.on('end', () => end(reader.unfinished ? 'the channel ended in the middle of a frame' : undefined))
  return port
}

/** Two ports in one process that are each other's other side; frames arrive in a later microtask, in order. */
export function memoryPorts(): [Port, Port] {
  const make = (): Port & { other?: Port } => {
    let ended = false
    const port: Port & { other?: Port } = {
      pending: 0,
      onFrame: () => undefined,
      onEnd: () => undefined,
      send(type, channel, id, ...parts) {
        if (ended) return
        const payload = parts.length === 1 ? parts[0]! : Buffer.concat(parts)
        queueMicrotask(() => port.other?.onFrame({ type, flags: 0, channel, id, payload }))
      },
      sendText(type, channel, id, text) {
        port.send(type, channel, id, Buffer.from(text))
      },
      close() {
        if (ended) return
        ended = true
        const { other } = port
        queueMicrotask(() => other?.onEnd())
      },
    }
    return port
  }
  const [a, b] = [make(), make()]
  a.other = b
  b.other = a
  return [a, b]
}
