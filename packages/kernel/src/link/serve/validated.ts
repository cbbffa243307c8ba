import { PluginError, type Schema } from '@cardcage/plugin'

/** What a schema says of a value. */
type Result = Awaited<ReturnType<Schema['~standard']['validate']>>

type Code = 'invalid-call' | 'invalid-data' | 'invalid-config'

/** The author's own schema, run once more: it may refine and transform what JSON Schema cannot say. A promise only where the schema needs one. */
export function validated(schema: Schema | undefined, value: unknown, code: Code): unknown {
  if (!schema) return value
  const result = schema['~standard'].validate(value)
  return result instanceof Promise ? result.then((later) => outcome(later, code)) : outcome(result, code)
}

function outcome(result: Result, code: Code): unknown {
  if (!result.issues) return result.value
  const problems = result.issues.map(({ path, message }) => ({
    path: (path ?? []).map((step) => String(typeof step === 'object' ? step.key : step)).join('.'),
    message,
  }))
  throw new PluginError(code, problems.map(({ path, message }) => (path ? `${path}: ${message}` : message)).join('; '), {
    origin: 'caller',
    details: { problems },
  })
}
