import { styleText } from 'node:util'

/** Colours and weights of the terminal, as `node:util` names them. */
export type Style = Parameters<typeof styleText>[0]

/** Where a command speaks: data on stdout, talk on stderr. */
export interface Output {
  readonly json: boolean
  readonly verbose: boolean
  /** Columns of the terminal, 100 where stdout is none. */
  readonly width: number
  /** Is stdout a terminal? */
  readonly terminal: boolean
  /** Is stderr a terminal? */
  readonly talksToTerminal: boolean
  /** Data for people or pipes; a line end is added where there is none. */
  data(text: string | Uint8Array): void
  /** The one document of `--json`. */
  document(value: unknown): void
  /** Something about the work, for people. */
  talk(text: string): void
  /** Something the caller should know of the result. */
  warn(message: string): void
  /** Text for stdout in a style; plain in a pipe and under `NO_COLOR`. */
  style(style: Style, text: string): string
  /** The same for stderr. */
  styleTalk(style: Style, text: string): string
}

/** The process's own streams as an output. */
export function createOutput({ json, verbose }: { json: boolean; verbose: boolean }): Output {
  const { stdout, stderr } = process
  const styled = (stream: NodeJS.WriteStream, style: Style, text: string) => styleText(style, text, { stream, validateStream: true })
  const output: Output = {
    json,
    verbose,
    // Some terminals say they have no columns.
    width: stdout.columns || 100,
    terminal: stdout.isTTY === true,
    talksToTerminal: stderr.isTTY === true,
    data: (text) => void stdout.write(typeof text === 'string' && !text.endsWith('\n') ? `${text}\n` : text),
    document: (value) => void stdout.write(`${JSON.stringify(value, null, stdout.isTTY ? 2 : 0)}\n`),
    talk: (text) => void stderr.write(`${text}\n`),
    warn: (message) => output.talk(`${output.styleTalk('yellow', 'warning:')} ${message}`),
    style: (style, text) => styled(stdout, style, text),
    styleTalk: (style, text) => styled(stderr, style, text),
  }
  return output
}

/** Resolves when everything written so far is with the system. */
export async function flushed(): Promise<void> {
  await Promise.all([process.stdout, process.stderr].map(drained))
}

function drained(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((done) => {
    if (stream.destroyed || !stream.writable) done()
    else stream.write('', () => done())
  })
}
