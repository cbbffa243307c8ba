/** Bytes that may be under way on a stream before its receiver has taken any. */
export const windowBytes = 8 * 1024 * 1024

/** Largest single message of a stream: one table with one row that cannot be cut further. */
export const maxMessageBytes = 64 * 1024 * 1024

/** What a message costs besides its bytes, so that empty ones are not free. */
export const messageCost = 64

/** The rule a sender broke. */
export type StreamFault = 'credit' | 'frame' | 'order' | 'payload'
