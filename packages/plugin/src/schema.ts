import type { StandardJSONSchemaV1, StandardSchemaV1 } from '@standard-schema/spec'

/** A value that is written as `T` or as a promise of it. */
export type Awaitable<T> = T | PromiseLike<T>

/** Anything JSON can say. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json }

/**
 * A Standard Schema that also gives its JSON Schema (Zod ≥ 4.2, ArkType; Valibot through `@valibot/to-json-schema`). The JSON Schema
 * (draft 2020-12, input side) is what forms, `methods`, `validate`, defaults and range messages are made of; a schema that has none is
 * refused by `validate`. Where it cannot say something (a refinement, a transform) the schema itself is run in the runner.
 *
 * @see https://standardschema.dev
 */
export interface Schema<Out = unknown> {
  readonly '~standard': StandardSchemaV1.Props<any, Out> & StandardJSONSchemaV1.Props<any, Out>
}

/** Output type of a schema; `{}` where none is given. */
export type Infer<S> = S extends Schema<infer Out> ? Out : {}
