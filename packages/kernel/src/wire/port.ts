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
  /** Resolves when nothing is pending any more, or the connection has ended. */
  drained(): Promise<void>
  /** Called for every frame that arrives. Set before the first can come. */
  onFrame: (frame: Frame) => void
  /** Called once when the other side has ended the connection. `garbage`: bytes that are no frame; `cut`: in the middle of a frame. */
  onEnd: (how: 'closed' | 'cut' | 'garbage', reason?: string) => void
  /** End the connection from this side. */
  close(): void
}

/** How a port treats the other side. */
export interface PortOptions {
  /** Share of the time, 0 to 1, that handling what the other side sends may take: above it is not read for a while. Default 1. */
  readonly share?: number
  /** Gives the socket's bytes in memory that is used again, instead of its `data` events: called once with who takes them. */
  readonly bytes?: (take: (chunk: Uint8Array) => void) => void
}

const slabBytes = 64 * 1024

/** Bytes that leave before the tick is over: the other side can begin with them while this one goes on. Twice as many the next time in the same tick. */
const earlyBytes = 1024

const smallPart = 8 * 1024

/** Milliseconds over which the share of the time is kept. */
const sharePeriod = 100

/**
 * Frames over a socket: the frames of a tick leave in as few writes as keeps both sides busy. Small payloads are gathered in a slab, large ones are handed over as they are.
 */
export function socketPort(socket: Duplex, { share = 1, bytes }: PortOptions = {}): Port {
  let slab = Buffer.allocUnsafe(slabBytes)
  let start = 0
  let at = 0
  let queue: Uint8Array[] = []
  let queued = 0
  let scheduled = false
  let early = earlyBytes
  let ended = false
  let waiting: (() => void)[] = []

  const push = (part: Uint8Array) => {
    queue.push(part)
    queued += part.length
  }
  const seal = () => {
    if (at > start) push(slab.subarray(start, at))
    start = at
  }
  const leave = () => {
    scheduled = false
    early = earlyBytes
    flush()
  }
  const flush = () => {
    seal()
    const parts = queue
    queue = []
    queued = 0
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
    seal()
    slab = Buffer.allocUnsafe(Math.max(slabBytes, bytes))
    start = at = 0
  }
  const schedule = () => {
    if (scheduled) {
      if (at - start < early || queued > 0) return
      early *= 2
      flush()
      return
    }
    scheduled = true
    process.nextTick(leave)
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
      seal()
      push(part)
    }
  }
  const wake = () => {
    const woken = waiting
    waiting = []
    for (const resolve of woken) resolve()
  }

  const port: Port = {
    onFrame: () => undefined,
    onEnd: () => undefined,
    get pending() {
      return ended ? 0 : socket.writableLength + queued + (at - start)
    },
    async drained() {
      flush()
      if (!ended && socket.writableNeedDrain) await new Promise<void>((resolve) => waiting.push(resolve))
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
      wake()
    },
  }
  const reader = new FrameReader(
    (frame) => port.onFrame(frame),
    (reason) => end('garbage', reason),
    bytes !== undefined,
  )
  const end = (how: 'closed' | 'cut' | 'garbage', reason?: string) => {
    if (ended) return
    ended = true
    reader.stop()
    port.onEnd(how, reason)
    socket.destroy()
    wake()
  }
  const over = () => end(reader.unfinished ? 'cut' : 'closed')
  if (bytes) bytes((chunk) => reader.feed(chunk))
  else socket.on('data', share < 1 ? fairly(socket, share, (chunk) => reader.feed(chunk)) : (chunk: Buffer) => reader.feed(chunk))
  socket.on('drain', wake)
  socket.on('error', over)
  socket.on('close', over)
  socket.on('end', over)
  return port
}

/** Handle chunks in at most a share of the time: a sender that makes more work is not read until the period is over, so that it waits and others do not. */
function fairly(socket: Duplex, share: number, handle: (chunk: Buffer) => void): (chunk: Buffer) => void {
  let began = performance.now()
  let spent = 0
  return (chunk) => {
    const before = performance.now()
    if (before - began >= sharePeriod) {
      began = before
      spent = 0
    }
    handle(chunk)
    const after = performance.now()
    spent += after - before
    if (spent < sharePeriod * share || socket.destroyed) return
    socket.pause()
    setTimeout(() => socket.resume(), Math.max(spent / share - (after - began), 1))
    began = after
    spent = 0
  }
}

/** Two ports in one process that are each other's other side; frames arrive in a later microtask, in order. */
export function memoryPorts(): [Port, Port] {
  const make = (): Port & { other?: Port } => {
    let ended = false
    const port: Port & { other?: Port } = {
      pending: 0,
      drained: () => Promise.resolve(),
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
        queueMicrotask(() => other?.onEnd('closed'))
      },
    }
    return port
  }
  const [a, b] = [make(), make()]
  a.other = b
  b.other = a
  return [a, b]
}
