import type { Schema } from '@cardcage/plugin'
import type { JsonSchema } from '../../manifest/manifest.ts'

/** The contract's schema of a JSON Schema document: the host checks values against the document, nothing more is checked here. */
export function schemaOf(document: JsonSchema): Schema<Readonly<Record<string, unknown>>> {
  const give = () => document
  const validate = (value: unknown) => ({ value: value as Readonly<Record<string, unknown>> })
  return { '~standard': { version: 1, vendor: 'cardcage', validate, jsonSchema: { input: give, output: give } } }
}

/** Params of any name. */
export const anyParams: JsonSchema = { type: 'object', additionalProperties: true }
