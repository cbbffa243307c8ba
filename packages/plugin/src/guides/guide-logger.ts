/** One line of log: a message, and fields that are plain data. */
export type LogLine = (message: string, fields?: Readonly<Record<string, unknown>>) => void

/** The logger a host gives to a plugin in a guide's form; what it writes appears in the log of the slot, with the call it belongs to. */
export interface GuideLogger {
  readonly debug: LogLine
  readonly info: LogLine
  readonly warn: LogLine
  readonly warning: LogLine
  readonly error: LogLine
  /** A logger whose lines all have these fields. */
  withFields(fields: Readonly<Record<string, unknown>>): GuideLogger
}

/** A logger that writes nothing: for a plugin outside a host. */
export const silentLogger: GuideLogger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  warning: () => undefined,
  error: () => undefined,
  withFields: () => silentLogger,
}
