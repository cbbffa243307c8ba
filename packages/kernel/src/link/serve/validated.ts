import { PluginError, type Schema } from '@cardcage/plugin'

/** The author's own schema, run once more: it may refine and transform what JSON Schema cannot say. */
export async function validated(
  schema: Schema | undefined,
  value: unknown,
  code: 'invalid-call' | 'invalid-data' | 'invalid-config',
): Promise<unknown> {
  if (!schema) return value
  const checked = schema['~standard'].validate(value)
  const result = checked instanceof Promise ? await checked : checked
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
