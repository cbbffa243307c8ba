/** What `execute` returns: values, and what is to be said of them. */
export class ProcessingResult {
  /** A number, an array, arrays by name, or a table. */
  readonly values: unknown
  readonly metadata: Readonly<Record<string, unknown>>

  constructor({ values, metadata = {} }: { values: unknown; metadata?: Readonly<Record<string, unknown>> }) {
    this.values = values
    this.metadata = metadata
  }
}
