/** What stands between a caller and a slot; all of it optional. Times in milliseconds. */
export interface PolicyConfig {
  /** Until the result of a call; one deadline for waiting and all attempts together. */
  timeout?: number
  /** Until an instance must be ready. Default 30,000. */
  startTimeout?: number
  /** Calls at once, of each instance. Default 4 for source, format and handler, 1 where there is an analysis or visualization. */
  concurrency?: number
  /** Calls that may wait for their turn. Default: any number. */
  queue?: number
  retry?: RetryConfig
  breaker?: BreakerConfig
  rate?: RateConfig
  cache?: CacheConfig
}

/** Try again what failed and may succeed later. */
export interface RetryConfig {
  /** Attempts after the first, from 0. */
  retries: number
  /** Before the first retry, less up to a half by chance. Default 1000. */
  delay?: number
  /** Most between two attempts, unless the error asks for more. Default 30,000. */
  maxDelay?: number
  /** How the delay grows. Default 2. */
  factor?: number
}

/** Stop calling what keeps failing; errors whose origin is the caller do not count. */
export interface BreakerConfig {
  /** Failures in a row that open it. */
  failures: number
  /** How long it stays open before one call may probe. Default 30,000. */
  openFor?: number
}

/** So many calls in any span of so much time. Every attempt of a call is one. */
export interface RateConfig {
  calls: number
  /** At most 24 days. */
  per: number
}

/** Keep results of deterministic operations and of enrichments. */
export interface CacheConfig {
  /** How long a result is kept; an enrichment's own where that is shorter. */
  ttl: number
  /** Bytes of all results kept. Default 64 MiB. */
  maxBytes?: number
}
