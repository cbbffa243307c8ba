/** Version of the wire protocol. Majors are offered as a set in `hello`; what comes within a major is a named feature. */
export const protocolMajors: readonly number[] = [1]

/** Named features of this side, offered in `hello`. */
export const protocolFeatures: readonly string[] = ['carry', 'ask', 'ping']

/** One row of the message table. */
export interface MessageEntry {
  readonly type: number
  readonly from: 'host' | 'runner' | 'both'
  /** `none`: no payload; `arrow`: an encapsulated Arrow IPC message; `u32`: one little-endian number; `bytes`: as they are. */
  readonly payload: 'json' | 'arrow' | 'bytes' | 'u32' | 'none'
  /** What the frame's `id` is: the call it belongs to, or 0. */
  readonly id: 'call' | 'zero' | 'call or zero'
  /** What the frame's `channel` is. */
  readonly channel: 'zero' | 'stream' | 'question'
  readonly meaning: string
  /** Keys of a JSON payload, with their meaning. */
  readonly fields?: Readonly<Record<string, string>>
}

const errorFields = { code: 'error code', message: 'for people', '…': 'the other keys of `PluginError.toJSON`' }

/** Every message of the protocol. `docs/reference/wire.md` is made from this table. */
export const messages = {
  hello: {
    type: 1,
    from: 'both',
    payload: 'json',
    id: 'zero',
    channel: 'zero',
    meaning: 'First message of each side: the runner offers, the host answers with what it chose.',
    fields: {
      majors: 'offered protocol majors; one number in the answer',
      features: 'names of features',
      software: 'name and version',
      pid: 'of the runner',
    },
  },
  assign: {
    type: 2,
    from: 'host',
    payload: 'json',
    id: 'zero',
    channel: 'zero',
    meaning: 'Which plugin this runner is from now on. Sent once.',
    fields: {
      plugin: '`{id, version}`',
      slot: 'name of the slot',
      entry: 'URL of the entry module',
      sources: 'stripped JavaScript by module URL: paths in the host’s cache',
      zod: '`{script, home}` of the host’s `zod`, for a plugin that brings none',
      config: 'final config; sensitive values are tokens',
      dataDir: 'the folder the plugin may write',
      active: 'ids of its dependencies that are active',
      carry: 'what the instance before handed over',
    },
  },
  ready: {
    type: 3,
    from: 'runner',
    payload: 'json',
    id: 'zero',
    channel: 'zero',
    meaning: '`setup` has returned.',
    fields: { provides: 'what the plugin provides, by kind, by name', config: 'JSON Schema of its config, where it has one' },
  },
  refused: {
    type: 4,
    from: 'runner',
    payload: 'json',
    id: 'zero',
    channel: 'zero',
    meaning: 'The entry could not be loaded, or `setup` threw.',
    fields: errorFields,
  },
  stop: { type: 5, from: 'host', payload: 'none', id: 'zero', channel: 'zero', meaning: 'Drain and undo what was opened, last first.' },
  stopped: {
    type: 6,
    from: 'runner',
    payload: 'json',
    id: 'zero',
    channel: 'zero',
    meaning: 'Everything is undone; the process may be ended.',
    fields: { carry: 'memory for the next instance, by name' },
  },
  ping: { type: 7, from: 'host', payload: 'none', id: 'call or zero', channel: 'zero', meaning: 'Is the event loop alive?' },
  pong: { type: 8, from: 'runner', payload: 'none', id: 'call or zero', channel: 'zero', meaning: 'Answer to `ping`, same id.' },
  call: {
    type: 10,
    from: 'host',
    payload: 'json',
    id: 'call',
    channel: 'zero',
    meaning: 'Call one provided function.',
    fields: {
      kind: 'source, format, …',
      name: 'of the provided thing',
      verb: 'which of its functions',
      params: 'validated params',
      args: 'what else the verb takes',
      inputs: 'streams sent to it: `{name: {channel, as}}`, `as` is `table`, `reader` or `bytes`',
      remaining: 'milliseconds until the deadline of the result; absent: none',
      whole: 'the deadline is also that of its streams',
      correlation: 'of the event that caused the call',
    },
  },
  cancel: {
    type: 11,
    from: 'host',
    payload: 'json',
    id: 'call',
    channel: 'zero',
    meaning: 'Aborts the signal of the call. The call still ends with `result` or `error`.',
    fields: { reason: '`cancelled` or `timeout`' },
  },
  result: {
    type: 12,
    from: 'runner',
    payload: 'json',
    id: 'call',
    channel: 'zero',
    meaning: 'The call returned. Streams named in it follow on their channels, numbered from 32768; the call ends with the last of them.',
    fields: { value: 'depends on kind and verb', streams: 'channels that follow, in order' },
  },
  error: { type: 13, from: 'runner', payload: 'json', id: 'call', channel: 'zero', meaning: 'The call threw.', fields: errorFields },
  progress: {
    type: 14,
    from: 'runner',
    payload: 'json',
    id: 'call',
    channel: 'zero',
    meaning: 'How far the call is. One way; at most one every 50 ms.',
    fields: { done: '0 to 1, absent where the end is unknown', note: 'for people' },
  },
  warn: {
    type: 15,
    from: 'runner',
    payload: 'json',
    id: 'call',
    channel: 'zero',
    meaning: 'Something the caller should know of the result.',
    fields: { message: 'for people', details: 'JSON' },
  },
  reject: {
    type: 16,
    from: 'runner',
    payload: 'json',
    id: 'call',
    channel: 'zero',
    meaning: 'A record that did not fit.',
    fields: { record: 'from 1', line: 'from 1', bytes: '`[from, to]`', column: 'name', reason: 'for people', raw: 'at most 1 KiB' },
  },
  checkpoint: {
    type: 17,
    from: 'runner',
    payload: 'json',
    id: 'call',
    channel: 'zero',
    meaning: 'Everything yielded so far need not be read again with this cursor.',
    fields: { cursor: 'opaque text' },
  },
  schema: {
    type: 20,
    from: 'both',
    payload: 'arrow',
    id: 'call',
    channel: 'stream',
    meaning: 'The schema of a stream of tables; its first message.',
  },
  table: {
    type: 21,
    from: 'both',
    payload: 'arrow',
    id: 'call',
    channel: 'stream',
    meaning: 'One record batch of the stream. Costs credit: its bytes and 64.',
  },
  bytes: {
    type: 22,
    from: 'both',
    payload: 'bytes',
    id: 'call or zero',
    channel: 'stream',
    meaning: 'Bytes of a stream of bytes. Costs credit: their number and 64.',
  },
  end: { type: 23, from: 'both', payload: 'none', id: 'call or zero', channel: 'stream', meaning: 'The stream ended as it should.' },
  fail: {
    type: 24,
    from: 'both',
    payload: 'json',
    id: 'call or zero',
    channel: 'stream',
    meaning: 'The stream ended with an error.',
    fields: errorFields,
  },
  credit: {
    type: 25,
    from: 'both',
    payload: 'u32',
    id: 'call or zero',
    channel: 'stream',
    meaning: 'The receiver has taken so much: as much more may be sent. Never more than was sent.',
  },
  close: {
    type: 26,
    from: 'both',
    payload: 'none',
    id: 'call or zero',
    channel: 'stream',
    meaning: 'The receiver wants no more of the stream.',
  },
  ask: {
    type: 30,
    from: 'runner',
    payload: 'json',
    id: 'call or zero',
    channel: 'question',
    meaning: 'A question to the host: fetch, state, cache, bytes, memory. Refused once its call has ended.',
    fields: { what: 'name of the question', '…': 'its arguments' },
  },
  answer: {
    type: 31,
    from: 'host',
    payload: 'json',
    id: 'call or zero',
    channel: 'question',
    meaning: 'The answer to `ask` on the same channel.',
    fields: { value: 'the answer', error: 'or why there is none' },
  },
  data: {
    type: 32,
    from: 'both',
    payload: 'bytes',
    id: 'call or zero',
    channel: 'question',
    meaning: 'Bytes that belong to the `ask` or the `answer` that follows as the next message on the same channel.',
  },
  log: {
    type: 40,
    from: 'runner',
    payload: 'json',
    id: 'call or zero',
    channel: 'zero',
    meaning: 'A log line.',
    fields: { level: 'debug, info, warn, error', message: 'text', fields: 'JSON' },
  },
  metric: {
    type: 41,
    from: 'runner',
    payload: 'json',
    id: 'call or zero',
    channel: 'zero',
    meaning: 'A measurement.',
    fields: { metric: 'counter, gauge or histogram', name: 'text', labels: 'text by name', value: 'number' },
  },
  emit: {
    type: 42,
    from: 'runner',
    payload: 'json',
    id: 'call or zero',
    channel: 'zero',
    meaning: 'An event to be published.',
    fields: { type: 'dotted lower case', data: 'JSON', subject: 'text' },
  },
  check: { type: 50, from: 'host', payload: 'none', id: 'call', channel: 'zero', meaning: 'Run the health checks.' },
  checked: {
    type: 51,
    from: 'runner',
    payload: 'json',
    id: 'call',
    channel: 'zero',
    meaning: 'Outcome of each health check.',
    fields: { checks: '`[{name, status, note}]`' },
  },
} as const satisfies Record<string, MessageEntry>

/** Name of a message. */
export type MessageName = keyof typeof messages

const names = new Map<number, MessageName>(Object.entries(messages).map(([name, { type }]) => [type, name as MessageName]))

/** Name of a message type, `undefined` for a number that is none. */
export function messageName(type: number): MessageName | undefined {
  return names.get(type)
}
