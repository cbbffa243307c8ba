import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import type { JsonSchema } from '../manifest/manifest.ts'
import { noParams, validate } from './validate.ts'

const input = (schema: z.ZodType) => schema['~standard'].jsonSchema.input({ target: 'draft-2020-12' }) as JsonSchema
const regression = input(z.object({ degree: z.int().min(1).max(10).default(2), method: z.enum(['least', 'robust']).default('least') }))
const messages = (schema: JsonSchema, value: unknown) =>
  validate(schema, value, { unknown: 'refuse' }).problems.map(({ message }) => message)

test('defaults are filled in and strings become what the schema asks for', () => {
  assert.deepEqual(validate(regression, {}), { value: { degree: 2, method: 'least' }, problems: [] })
  assert.deepEqual(validate(regression, { degree: '3' }).value, { degree: 3, method: 'least' })
})

test('the given value is not changed, defaults are not shared', () => {
  const schema = input(z.object({ list: z.array(z.number()).default([1]), sub: z.object({ x: z.number().default(1) }).default({ x: 5 }) }))
  const given = { sub: {} }
  const first = validate(schema, given).value as { list: number[] }
  first.list.push(2)
  assert.deepEqual(validate(schema, given).value, { list: [1], sub: { x: 1 } })
  assert.deepEqual(validate(schema, {}).value, { list: [1], sub: { x: 5 } })
  assert.deepEqual(given, { sub: {} })
  const loose: JsonSchema = { properties: { any: { default: [1] } } }
  ;(validate(loose, {}).value as { any: number[] }).any.push(2)
  assert.deepEqual(validate(loose, {}).value, { any: [1] })
})

test('every type is coerced, and what cannot be stays and fails', () => {
  const cases: readonly [JsonSchema, string, unknown][] = [
    [{ type: 'number' }, '1e3', 1000],
    [{ type: 'number' }, '-.5', -0.5],
    [{ type: 'integer' }, '3.0', 3],
    [{ type: 'boolean' }, 'YES', true],
    [{ type: 'boolean' }, '0', false],
    [{ type: ['number', 'null'] }, 'null', null],
    [{ type: 'array', items: { type: 'number' } }, '1, 2', [1, 2]],
    [{ type: 'array', items: { type: 'number' } }, '[1,"2"]', [1, 2]],
    [{ type: 'array' }, '', []],
    [{ type: 'object', properties: { a: { type: 'number' } } }, '{"a":"1"}', { a: 1 }],
    [{ type: ['string', 'number'] }, '5', '5'],
    [{ enum: [1, 2, 'x'] }, '2', 2],
    [{ anyOf: [{ type: 'number' }, { type: 'boolean' }] }, 'true', true],
    [{ anyOf: [{ type: 'number' }, { type: 'string' }] }, '5', '5'],
    [{ oneOf: [{ $ref: '#/$defs/n' }, { type: 'null' }], $defs: { n: { type: 'number' } } }, '5', 5],
    [{ allOf: [{ type: 'number' }, { minimum: 1 }] }, '5', 5],
    [{ $ref: '#/$defs/n', $defs: { n: { type: 'number' } } }, '5', 5],
  ]
  for (const [schema, text, expected] of cases) {
    const { value, problems } = validate(
      { type: 'object', properties: { a: schema }, ...('$defs' in schema ? { $defs: schema['$defs']! } : {}) },
      { a: text },
    )
    assert.deepEqual([value, problems], [{ a: expected }, []], JSON.stringify(schema))
  }
  for (const [type, text] of [
    ['number', 'two'],
    ['number', '0x10'],
    ['number', ''],
    ['number', 'Infinity'],
    ['integer', '1.5'],
    ['integer', '99999999999999999999'],
    ['boolean', 'maybe'],
    ['object', '{'],
    ['array', '[1'],
  ] as const) {
    const { value, problems } = validate({ properties: { a: { type } } }, { a: text })
    assert.equal(problems.length, 1, `${type} ${text}`)
    assert.deepEqual(value, { a: text })
  }
})

test('a refusal names parameter, value, range and default', () => {
  assert.deepEqual(messages(regression, { degree: 11 }), ['parameter degree: 11 given, an integer from 1 to 10 (default 2) needed'])
  assert.deepEqual(messages(regression, { degree: 'two' }), ['parameter degree: "two" given, an integer from 1 to 10 (default 2) needed'])
  assert.deepEqual(messages(regression, { degree: '0', method: 'x' }), [
    'parameter degree: 0 given, an integer from 1 to 10 (default 2) needed',
    'parameter method: "x" given, one of "least", "robust" (default "least") needed',
  ])
  assert.deepEqual(validate(regression, { method: 'x' }).problems[0]?.allowed, ['least', 'robust'])
  assert.deepEqual(messages(input(z.object({ url: z.string() })), {}), ['parameter url is missing, text needed'])
})

test('unknown parameters are refused with the nearest name, at every depth; zod does not say so itself', () => {
  assert.equal(regression['additionalProperties'], undefined)
  assert.deepEqual(messages(regression, { dgree: 3 }), ["unknown parameter dgree. Did you mean 'degree'?"])
  assert.deepEqual(messages(regression, { zzzzz: 3 }), ['unknown parameter zzzzz. Known: degree, method.'])
  assert.deepEqual(messages(noParams, { a: 1 }), ['unknown parameter a. There are no parameters here.'])
  const nested = input(z.object({ list: z.array(z.object({ size: z.number() })) }))
  assert.deepEqual(messages(nested, { list: [{ size: 1 }, { size: 1, sise: 2 }] }), [
    "unknown parameter list[1].sise. Did you mean 'size'?",
  ])
  assert.deepEqual(messages(input(z.strictObject({ a: z.number() })), { a: 1, b: 1 }), ["unknown parameter b. Did you mean 'a'?"])
  assert.deepEqual(validate(regression, { dgree: 3 }).problems, [])
})

test('what the schema leaves open stays open', () => {
  for (const schema of [z.looseObject({ a: z.number().optional() }), z.record(z.string(), z.number())])
    assert.deepEqual(messages(input(schema), { b: 1 }), [])
  assert.deepEqual(messages({ allOf: [{ properties: { a: {} } }, { properties: { b: {} } }] }, { a: 1, b: 1 }), [])
  assert.equal(messages({ allOf: [{ properties: { a: {} } }, { properties: { b: {} } }] }, { c: 1 }).length, 1)
})

test('a required object is made of its defaults, an optional one is not', () => {
  const server = z.object({ port: z.number().default(8080) })
  assert.deepEqual(validate(input(z.object({ server })), {}), { value: { server: { port: 8080 } }, problems: [] })
  assert.deepEqual(validate(input(z.object({ server: server.optional() })), {}), { value: {}, problems: [] })
  assert.equal(validate(input(z.object({ server: server.extend({ host: z.string() }) })), {}).problems.length, 1)
})

test('nothing in a value or schema reaches Object.prototype', () => {
  assert.equal(validate(regression, JSON.parse('{"__proto__": {"polluted": 1}}')).problems.length, 1)
  assert.equal(validate({ properties: { a: { type: 'object' } } }, { a: '{"__proto__": {"polluted": 1}}' }).problems.length, 1)
  validate(JSON.parse('{"properties": {"__proto__": {"default": {"polluted": 1}}}}') as JsonSchema, {})
  validate({ properties: { constructor: { properties: { prototype: { properties: { polluted: { default: 1 } } } } } } }, {})
  assert.equal(({} as { polluted?: unknown }).polluted, undefined)
  assert.deepEqual(validate({ properties: { toString: { type: 'number', default: 4 } } }, {}).value, { toString: 4 })
})

test('secrets never appear in a problem', () => {
  const schema = input(z.object({ login: z.object({ password: z.string().min(20).meta({ sensitive: true }) }), size: z.number() }))
  const { problems } = validate(schema, { login: { password: 'hunter2' }, size: 'x' })
  assert.equal(problems.length, 2)
  assert.ok(!JSON.stringify(problems).includes('hunter2'))
  assert.match(problems[0]!.message, /login\.password: "\*\*\*" given, text of at least 20 characters needed/)
  const whole = validate(
    {
      properties: {
        login: { type: 'array' },
        x: { oneOf: [{ type: 'object', required: ['a'], properties: { b: { sensitive: true } } }, { type: 'null' }] },
      },
    },
    { x: { b: 'hunter2' } },
  )
  assert.ok(whole.problems.length === 1 && !JSON.stringify(whole.problems).includes('hunter2'))
})

test('a schema that contains itself, once or twice, ends', () => {
  const tree = { properties: { name: { type: 'string' }, left: { $ref: '#' }, right: { $ref: '#' } } }
  assert.deepEqual(messages(tree, { left: { right: { name: 3 } } }), ['parameter left.right.name: 3 given, text needed'])
  const endless: readonly JsonSchema[] = [
    { default: {}, properties: { a: { $ref: '#' }, b: { $ref: '#' } } },
    { allOf: [{ $ref: '#' }, { $ref: '#' }] },
    { anyOf: [{ $ref: '#' }, { $ref: '#' }] },
    { properties: { x: { $ref: '#/$defs/a/x' } }, $defs: { a: { $ref: '#/$defs/b' }, b: { $ref: '#/$defs/a' } } },
  ]
  for (const schema of endless) assert.ok(Array.isArray(validate(schema, { x: '1' }, { unknown: 'refuse' }).problems))
})

test('a broken schema is a problem, not an exception', () => {
  assert.match(validate({ properties: { a: { pattern: '(' } } }, { a: 'x' }).problems[0]!.message, /schema itself is broken/)
  assert.deepEqual(validate({ $ref: '#' }, { a: 1 }).problems.length, 1)
})

test('a pattern that would never come to an end is a problem, not a host that hangs', () => {
  const schema: JsonSchema = { type: 'object', properties: { name: { type: 'string', pattern: '^(a+)+$' } } }
  const [problem] = validate(schema, { name: `${'a'.repeat(60)}!` }).problems
  assert.match(problem?.message ?? '', /a pattern of the schema needs more than \d+ ms/)
  assert.deepEqual(validate(schema, { name: 'aaa' }), { value: { name: 'aaa' }, problems: [] })
  assert.match(validate(schema, { name: 'b' }).problems[0]?.message ?? '', /name/)
})
