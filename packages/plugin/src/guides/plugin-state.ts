import type { StandardSchemaV1 } from '@standard-schema/spec'
import { ValidationError } from './guide-error.ts'
import { Lock } from './lock.ts'

/**
 * State of a plugin that is changed by one update at a time and, where a schema is given, is always valid.
 *
 * @example
 * ```ts
 * import { PluginState } from '@cardcage/plugin/guides'
 *
 * const state = new PluginState({ count: 0 })
 * await Promise.all([1, 2, 3].map(() => state.update(({ count }) => ({ count: count + 1 }))))
 * if (state.data.count !== 3) throw new Error()
 * ```
 */
export class PluginState<T> {
  readonly #schema: StandardSchemaV1<unknown, T> | undefined
  readonly #lock = new Lock()
  #data: T

  /** @throws {ValidationError} where `data` does not fit the schema; one that validates asynchronously is refused */
  constructor(data: T, schema?: StandardSchemaV1<unknown, T>) {
    this.#schema = schema
    this.#data = schema ? checked(schema['~standard'].validate(data)) : data
  }

  get data(): T {
    return this.#data
  }

  /** Change the state as one step. What does not fit the schema changes nothing. @throws {ValidationError} */
  update(change: (data: T) => T | PromiseLike<T>): Promise<T> {
    return this.#lock.run(async () => {
      const changed = await change(this.#data)
      this.#data = this.#schema ? checked(await this.#schema['~standard'].validate(changed)) : changed
      return this.#data
    })
  }
}

function checked<T>(result: StandardSchemaV1.Result<T> | Promise<StandardSchemaV1.Result<T>>): T {
  if (result instanceof Promise) throw new ValidationError('The first state needs a schema that validates at once')
  if (!result.issues) return result.value
  const problems = result.issues.map(({ path = [], message }) =>
    [path.map((step) => String(typeof step === 'object' ? step.key : step)).join('.'), message].filter(Boolean).join(': '),
  )
  throw new ValidationError(problems.join('; '), { problems })
}
