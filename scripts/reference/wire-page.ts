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

/** `docs/reference/wire.md`: the frame, then every message with what its frame carries. */
export function wirePage(messages: Readonly<Record<string, MessageEntry>>, protocol: Protocol): string {
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
