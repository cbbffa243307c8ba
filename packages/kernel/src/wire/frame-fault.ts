import { flagMore, type Frame, maxFrameBytes } from './frame.ts'
import { type MessageEntry, messages } from './message.ts'

/** What is wrong with a frame that is well formed. */
export type FrameFault = 'garbage' | 'frame' | 'order' | 'payload'

const entries: readonly (MessageEntry | undefined)[] = Array.from({ length: 256 }, (_, type) =>
  Object.values<MessageEntry>(messages).find((entry) => entry.type === type),
)

/** Does a frame keep to its row of the message table: who may send it, its id, channel, flags and size? Returns the fault, if there is one. */
export function frameFault({ type, flags, channel, id, payload }: Frame, from: 'host' | 'runner'): FrameFault | undefined {
  const entry = entries[type]
  if (!entry) return 'garbage'
  if (entry.from !== 'both' && entry.from !== from) return 'order'
  if (entry.id === 'zero' ? id !== 0 : entry.id === 'call' && id === 0) return 'order'
  if ((entry.channel === 'zero') !== (channel === 0)) return 'frame'
  if (flags !== 0 && (flags !== flagMore || payload.length !== maxFrameBytes || !long(type))) return 'frame'
  if (entry.payload === 'none' && payload.length > 0) return 'payload'
  if (entry.payload === 'u32' && payload.length !== 4) return 'payload'
  return undefined
}

/** May a message of this type go on in further frames? */
function long(type: number): boolean {
  return type === messages.schema.type || type === messages.table.type || type === messages.bytes.type
}
