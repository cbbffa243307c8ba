/** A call whose result was to be kept answers a stream: it cannot be given to several callers. Never reaches a caller. */
export class StreamedAnswer extends Error {}
