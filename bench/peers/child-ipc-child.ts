import { methods } from './methods.ts'

/** A call as it is sent. */
export interface Asked {
  readonly id: number
  readonly method: keyof typeof methods
  readonly params?: unknown
}

/** Its answer. */
export interface Answered {
  readonly id: number
  readonly result: unknown
}

process.on('message', ({ id, method, params }: Asked) => {
  process.send!({ id, result: methods[method](params as never) } satisfies Answered)
})
process.on('disconnect', () => process.exit())
