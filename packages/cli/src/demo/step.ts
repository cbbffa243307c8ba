import type { Answer } from '@cardcage/kernel'

/** One step of the demo, as it is shown. */
export interface Step {
  /** File the step is about. */
  readonly input: string
  readonly plugin: string
  readonly operation: string
  /** Absent where the plugin runs in the host. */
  readonly pid?: number
  readonly isolation: string
  readonly rows: number
  /** Milliseconds. */
  readonly duration: number
}

/** The step an answer was. */
export function stepOf(input: string, rows: number, { metadata }: Pick<Answer<unknown>, 'metadata'>): Step {
  const { plugin, operation, pid, isolation, duration } = metadata
  return { input, plugin, operation, ...(pid === undefined ? {} : { pid }), isolation, rows, duration: Math.round(duration * 100) / 100 }
}
