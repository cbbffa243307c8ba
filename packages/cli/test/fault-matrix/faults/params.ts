import { analysisCode, call, pluginFiles } from '../fault.ts'
import type { Fault } from '../fault.ts'

const code = analysisCode(
  'run',
  `inputs: {}, params: z.object({ window: z.int().min(1).max(10).default(3), mode: z.enum(['mean', 'median']).default('mean'), to: z.string(), nested: z.object({ by: z.number() }).optional() }), run: () => ({ summary: {} })`,
)
const files = pluginFiles('params', code)

function param(what: string, params: readonly string[], says: Fault['says'], hint: RegExp): Fault {
  return { what: `params: ${what}`, args: call('run', ...params.flatMap((pair) => ['-p', pair])), files, code: 'invalid-call', says, hint }
}

/** Params that do not fit their schema. */
export const params: readonly Fault[] = [
  param('unknown', ['to=x', 'windw=2'], ['windw', "'window'"], /cardcage plugin info params/),
  param('unknown and nothing like it', ['to=x', 'xyzzy=2'], ['xyzzy', 'window'], /cardcage plugin info params/),
  param('unknown inside a group', ['to=x', 'nested.bye=2'], ['nested.bye', "'by'"], /cardcage plugin info params/),
  param('no number', ['to=x', 'window=two'], ['window', '"two"'], /cardcage plugin info params/),
  param('too large', ['to=x', 'window=11'], ['window', '11', '10'], /cardcage plugin info params/),
  param('too small', ['to=x', 'window=0'], ['window', '0', '1'], /cardcage plugin info params/),
  param('no whole number', ['to=x', 'window=2.5'], ['window', '2.5'], /cardcage plugin info params/),
  param('none of an enum', ['to=x', 'mode=man'], ['mode', '"man"', 'mean'], /cardcage plugin info params/),
  param('missing', [], ['to'], /cardcage plugin info params/),
]
