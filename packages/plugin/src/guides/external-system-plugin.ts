/** A plugin of the recommendation guide. Names may begin with a small letter or, as in Go, with a large one. */
export interface ExternalSystemPlugin {
  name?(): string
  /** Throws, or returns false, where the external system cannot be reached with this config. */
  connect(config: Readonly<Record<string, unknown>>): unknown
  enrichUserProfile(userID: string): UserEnrichment | null | PromiseLike<UserEnrichment | null>
  /** Asked as a health check, not before each enrichment. */
  isHealthy?(): boolean | PromiseLike<boolean>
  cleanup?(): unknown
  getMetadata?(): {
    readonly name: string
    readonly version: string
    readonly capabilities?: readonly string[]
    readonly [key: string]: unknown
  }
}

/** Facts about a user. What is empty is left out. */
export interface UserEnrichment {
  readonly demographics?: Demographics
  readonly interests?: readonly string[]
  readonly social_connections?: SocialConnections
  readonly behavior_patterns?: BehaviorPatterns
  readonly contextual_data?: Readonly<Record<string, unknown>>
  /** 0 to 1. */
  readonly confidence: number
  /** Stamped by the host anew. */
  readonly source?: string
  /** Stamped by the host anew. */
  readonly timestamp?: Date | string
  /** Seconds as a number, or text with a unit: `30m`. */
  readonly ttl?: number | string
}

export interface Demographics {
  readonly age?: number
  readonly gender?: string
  readonly location?: string
  readonly country?: string
  readonly city?: string
  readonly income?: number
  readonly education?: string
  readonly occupation?: string
  readonly marital_status?: string
}

export interface SocialConnections {
  readonly platforms?: readonly string[]
  readonly connections?: number
  readonly influence?: number
  readonly communities?: readonly string[]
  readonly interactions?: Readonly<Record<string, unknown>>
}

export interface BehaviorPatterns {
  readonly session_duration?: number
  readonly page_views?: number
  readonly conversion_rate?: number
  readonly preferred_channels?: readonly string[]
  readonly activity_times?: readonly string[]
  readonly purchase_history?: readonly PurchaseEvent[]
  readonly search_patterns?: readonly string[]
  readonly engagement_metrics?: Readonly<Record<string, unknown>>
}

export interface PurchaseEvent {
  readonly product_id: string
  readonly category: string
  readonly amount: number
  readonly currency: string
  readonly timestamp: Date | string
  readonly channel: string
}
