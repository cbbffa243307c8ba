import { fileSource } from '@cardcage/kernel'
import type { Answer, Kernel, Provided, ReadRequest } from '@cardcage/kernel'
import { PluginError, reader } from '@cardcage/plugin'
import type { ByteSource, Reader, Table } from '@cardcage/plugin'
import { tableFromText } from './json-table.ts'
import { stdinSource, textOf } from './stdin-source.ts'

/** What was written after `--input`. */
export interface InputSpec {
  /** Name of the operation's input it is for; absent where it was not said. */
  readonly name?: string
  readonly from: 'file' | 'stdin' | 'json'
  /** Path, `-`, or the JSON text. */
  readonly text: string
}

/** How files and stdin are read. */
export interface Reading {
  readonly kernel: Kernel
  readonly request: ReadRequest
  /** Told of every answer; its warnings may grow until its tables have been read. */
  readonly onRead?: (answer: Answer<Reader>) => void
}

/**
 * Take `[name=]FILE|-|JSON` apart. `name=` is a name only where an input is called so; otherwise it belongs to the file's name.
 *
 * @param names of the operation's inputs
 */
export function parseInput(text: string, names: readonly string[]): InputSpec {
  const at = text.indexOf('=')
  const name = text.slice(0, Math.max(at, 0))
  if (names.includes(name)) return { ...parseInput(text.slice(at + 1), []), name }
  if (text === '-') return { from: 'stdin', text }
  return { from: /^\s*[[{]/.test(text) ? 'json' : 'file', text }
}

/**
 * Open the inputs of an operation by name.
 *
 * @throws {PluginError} `invalid-call` where an input is given twice, or it is not said which of several is meant
 */
export async function openInputs(
  specs: readonly string[],
  provided: Provided,
  reading: Reading,
): Promise<Readonly<Record<string, Table | Reader>>> {
  const inputs = Object.entries(provided.inputs ?? {})
  const names = inputs.map(([name]) => name)
  const opened = new Map<string, Table | Reader>()
  const parsed = specs.map((text) => parseInput(text, names))
  if (parsed.filter(({ from }) => from === 'stdin').length > 1)
    throw new PluginError('invalid-call', 'stdin (-) can be only one input', { hint: 'Give the others from files.' })
  for (const spec of parsed) {
    const name = spec.name ?? onlyInput(inputs, spec)
    if (opened.has(name))
      throw new PluginError('invalid-call', `The input "${name}" is given twice`, {
        hint: `Give each input one --input: ${names.join(', ')}.`,
      })
    const roles = Object.keys(provided.inputs?.[name]?.columns ?? {})
    opened.set(name, await openInput(spec, reading, roles.length === 1 ? roles[0] : 'value'))
  }
  return Object.fromEntries(opened)
}

/** Open one input: a table where it is JSON, a reader where a format reads it. `only` names the column of a bare list. */
export async function openInput(spec: InputSpec, reading: Reading, only = 'value'): Promise<Table | Reader> {
  if (spec.from === 'json') return tableFromText(spec.text, only, '--input')
  const source = await bytesOf(spec)
  if (
    spec.from === 'stdin' &&
    reading.request.format === undefined &&
    looksLikeJson(await (source as Required<ByteSource>).readAt(0, 64 * 1024))
  ) {
    return tableFromText(await textOf(source), only, 'stdin')
  }
  return (await (spec.from === 'stdin' ? readUnnamed : readBytes)(source, reading)).result
}

/** Read bytes whose name says nothing: what no format recognises, such as a single column of numbers, is read as CSV. */
async function readUnnamed(source: ByteSource, reading: Reading): Promise<Answer<Reader>> {
  try {
    return await readBytes(source, reading)
  } catch (thrown) {
    if (!PluginError.is(thrown) || thrown.code !== 'unsupported' || reading.request.format !== undefined) throw thrown
    return readBytes(source, { ...reading, request: { ...reading.request, format: 'csv.format.csv' } })
  }
}

/** The bytes of a file or of stdin. @throws {PluginError} `invalid-call` for JSON on the command line, which has none */
export async function bytesOf(spec: InputSpec): Promise<ByteSource> {
  if (spec.from === 'json') {
    const hint = 'Give a file, or - for stdin; ./ before the name of a file that begins with a bracket.'
    throw new PluginError('invalid-call', `--input ${spec.text} is JSON, and bytes are needed`, { origin: 'caller', hint })
  }

  return spec.from === 'stdin' ? await stdinSource() : await fileSource(spec.text)
}

/** Read bytes through a format; whatever fails then says which input it was. */
export async function readBytes(source: ByteSource, { kernel, request, onRead }: Reading): Promise<Answer<Reader>> {
  try {
    const answer = await kernel.read(source, request)
    onRead?.(answer)
    return { ...answer, result: reader(answer.result.schema, naming(answer.result, source.name), answer.result.found) }
  } catch (thrown) {
    throw named(thrown, source.name)
  }
}

async function* naming(tables: Reader, name: string): AsyncGenerator<Table> {
  try {
    yield* tables
  } catch (thrown) {
    throw named(thrown, name)
  }
}

function named(thrown: unknown, input: string): PluginError {
  const error = PluginError.from(thrown)
  return Object.assign(error, { at: { ...error.at, input } })
}

/** A list, or an object that does not end on its first line: JSON. Objects line by line are NDJSON, which a format reads. */
function looksLikeJson(head: Uint8Array): boolean {
  const text = new TextDecoder().decode(head).trimStart()
  if (text.startsWith('[')) return true
  if (!text.startsWith('{')) return false
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  return lines.length === 1 || !isJson(lines[0] ?? '')
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

function onlyInput(inputs: readonly (readonly [string, { readonly optional?: boolean }])[], { text }: InputSpec): string {
  const needed = inputs.filter(([, { optional }]) => !optional)
  const [only] = inputs.length === 1 ? inputs : needed.length === 1 ? needed : []
  if (only) return only[0]
  const names = inputs.map(([name]) => name)
  throw new PluginError(
    'invalid-call',
    names.length === 0 ? `It takes no input, and was given ${text}` : `Which input is ${text}? There are ${names.join(', ')}`,
    {
      ...(names.length === 0 ? {} : { hint: `Write --input ${names[0]}=${text}` }),
      details: { inputs: names },
    },
  )
}
