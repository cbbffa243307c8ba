import { call, pluginFiles } from '../fault.ts'
import type { Fault } from '../fault.ts'

const files = pluginFiles(
  'facts',
  `export default definePlugin({ setup: () => ({
    source: { days: source({ params: z.object({ from: z.int() }), read: ({ params }) => table({ day: [params.from] }) }) },
    enrichment: { home: { subjects: ['user'], enrich: () => ({ data: {}, confidence: 7 }) } },
    handler: { 'order.created': handler({ data: z.object({ total: z.number() }), handle() { throw new PluginError('unavailable', 'The till is shut') } }) },
  }) })\n`,
)

function fact(what: string, args: readonly string[], row: Omit<Fault, 'what' | 'args' | 'files'>): Fault {
  return { what: `facts: ${what}`, args: call(args[0] ?? '', ...args.slice(1)), files, ...row }
}

/** Sources, enrichments and handlers. */
export const facts: readonly Fault[] = [
  fact('a source without its param', ['days'], { code: 'invalid-call', says: ['from'], hint: /cardcage plugin info facts/ }),
  fact('a limit of no rows', ['days', '-p', 'from=1', '--limit', '0'], { code: 'usage', says: ['--limit 0'], hint: /--limit 100/ }),
  fact('no subject', ['home'], { code: 'invalid-call', says: ['facts.enrichment.home'], hint: /"type":"user"/ }),
  fact('a subject without an id', ['home', '-i', '{"type":"user"}'], { code: 'invalid-call', says: ['"id"'], hint: /"type":"user"/ }),
  fact('a subject of an unknown type', ['home', '-i', '{"type":"house","id":"1"}'], {
    code: 'invalid-call',
    says: ["'house'"],
    hint: /user/,
  }),
  fact('a confidence above 1', ['home', '-i', '{"type":"user","id":"1"}'], {
    code: 'invalid-data',
    says: ['confidence', '7'],
    hint: /author/,
  }),
  fact('an event whose data does not fit', ['order.created', '-i', '{"data":{"total":"much"}}'], {
    code: 'invalid-data',
    says: ['order.created', 'total', '"much"'],
    hint: /Correct/,
  }),
  fact('an event of another type', ['order.created', '-i', '{"type":"order.paid","data":{}}'], {
    code: 'invalid-call',
    says: ['order.paid'],
    hint: /order\.created/,
  }),
  fact('an event with an unknown attribute', ['order.created', '-i', '{"data":{},"colour":"red"}'], {
    code: 'invalid-call',
    says: ['"colour"'],
    hint: /"type":"order\.created"/,
  }),
  fact('a handler that fails', ['order.created', '-i', '{"data":{"total":1}}'], {
    code: 'unavailable',
    says: ['The till is shut'],
    hint: /Try again/,
  }),
]
