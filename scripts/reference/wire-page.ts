import type { MessageEntry } from '../../packages/kernel/src/wire/message.ts'
import { code, generated, markdownTable } from './markdown.ts'

/** What the page says of the protocol beside its messages. */
export interface Protocol {
  readonly majors: readonly number[]
  readonly features: readonly string[]
  /** Bytes of a frame's header. */
  readonly headerBytes: number
  /** Bytes of the largest payload. */
  readonly maxFrameBytes: number
  /** The flag that says that a payload goes on in the next frame. */
  readonly flagMore: number
}

const payloads: Readonly<Record<MessageEntry['payload'], string>> = {
  json: 'JSON in UTF-8',
  arrow: 'an encapsulated Arrow IPC message',
  bytes: 'bytes as they are',
  u32: 'one `u32`',
  none: 'empty',
}
const ids: Readonly<Record<MessageEntry['id'], string>> = { call: 'of its call', zero: '0', 'call or zero': 'of its call, or 0' }
const channels: Readonly<Record<MessageEntry['channel'], string>> = { zero: '0', stream: 'of its stream', question: 'of its question' }

/** A frame of a recorded conversation. */
export interface RecordedFrame {
  readonly from: string
  readonly message: string
  readonly id: number
  readonly channel: number
  readonly json?: unknown
  readonly base64?: string
}

/** `docs/reference/wire.md`: the frame, then every message with what its frame carries. */
export function wirePage(
  messages: Readonly<Record<string, MessageEntry>>,
  protocol: Protocol,
  conversation: readonly RecordedFrame[],
): string {
  const entries = Object.entries(messages).sort(([, a], [, b]) => a.type - b.type)
  return [
    generated('`packages/kernel/src/wire/`'),
    '# The wire protocol',
    'What the host and the process of a plugin say to each other, over a socket pair that the process inherits as file descriptor 3. Authors of plugins do not need it: `@cardcage/plugin` speaks it for them.',
    `Protocol majors offered: ${protocol.majors.join(', ')}. Features within them: ${protocol.features.map(code).join(', ')}.`,
    '## Frames',
    `A frame is a header of ${protocol.headerBytes} bytes and a payload. Numbers are little-endian.`,
    markdownTable(
      ['bytes', 'field', 'meaning'],
      [
        ['0–3', '`u32` length', `bytes of the payload, at most ${protocol.maxFrameBytes.toLocaleString('en')}`],
        ['4', '`u8` type', 'number of the message'],
        ['5', '`u8` flags', `${code(protocol.flagMore)}: the payload goes on in the next frame of the same type, id and channel`],
        ['6–7', '`u16` channel', 'of a stream or a question; 0 where there is none'],
        ['8–11', '`u32` id', 'the call the message belongs to; 0 where there is none'],
      ],
    ),
    'Bytes that are no frame, a frame that is too large, a message out of place: the process is ended and its callers get the error `protocol`.',
    '## Messages',
    markdownTable(
      ['type', 'message', 'sent by', 'meaning'],
      entries.map(([name, { type, from, meaning }]) => [
        code(type),
        `[${code(name)}](#${name})`,
        from === 'both' ? 'both' : `the ${from}`,
        meaning,
      ]),
    ),
    ...entries.flatMap(([name, entry]) => messageSection(name, entry)),
    '## A conversation',
    'Recorded between a host and a small plugin that provides something of every kind; one line a frame. The tests replay it, with ten thousand faults planted in it.',
    `\`\`\`text\n${conversation.map(frameLine).join('\n')}\n\`\`\``,
    '',
  ].join('\n\n')
}

function messageSection(name: string, { type, from, payload, id, channel, meaning, fields }: MessageEntry): string[] {
  const facts = [
    `type ${code(type)}`,
    `from ${from === 'both' ? 'either side' : `the ${from}`}`,
    `id: ${ids[id]}`,
    `channel: ${channels[channel]}`,
    `payload: ${payloads[payload]}`,
  ]
  const table =
    fields === undefined
      ? []
      : [
          markdownTable(
            ['key', 'meaning'],
            Object.entries(fields).map(([key, text]) => [code(key), text]),
          ),
        ]
  return [`### ${name}`, meaning, facts.join(' · '), ...table]
}

/** `host   → call #1: {…}`, cut where it is long. */
function frameLine({ from, message, id, channel, json, base64 }: RecordedFrame): string {
  const where = `${id === 0 ? '' : ` #${id}`}${channel === 0 ? '' : ` channel ${channel}`}`
  const content = base64 === undefined ? (json === undefined ? '' : JSON.stringify(json)) : `${Buffer.from(base64, 'base64').length} bytes`
  const shown = content.length > 110 ? `${content.slice(0, 107)}…` : content
  return `${from === 'host' ? 'host   →' : 'runner →'} ${message}${where}${shown === '' ? '' : `: ${shown}`}`
}
