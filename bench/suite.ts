/** How much a run takes its time. */
export interface Effort {
  /** Rounds of every contender, one after the other. */
  readonly rounds: number
  /** Factor on what is done within a round. */
  readonly work: number
}

/** What one contender was measured at, over all its rounds. */
export interface Sample {
  readonly unit: string
  readonly median: number
  readonly min: number
  readonly p95: number
  /** Single measurements. */
  readonly count: number
}

/** Samples by the name of their contender. */
export type Samples = Readonly<Record<string, Sample>>

/** One line of the table: what is ours, what it is held against, and where it should be. */
export interface Row {
  readonly measure: string
  /** Name of the sample that is ours. */
  readonly ours: string
  /** Name of the sample it is divided by; absent where the target is a number of its own. */
  readonly peer?: string
  /** Largest ratio, or largest value where there is no peer. */
  readonly most?: number
  /** Smallest ratio. */
  readonly least?: number
  /** Why it could not be measured here. */
  readonly skipped?: string
}

/** What a suite found. */
export interface Findings {
  readonly samples: Samples
  readonly rows: readonly Row[]
}

/** Some measures that belong together; a file of `suites/` each. */
export interface Suite {
  readonly name: string
  /** What is measured, for people. */
  readonly about: string
  run(effort: Effort): Promise<Findings>
}
