import { call, pluginFiles, analysisCode } from '../fault.ts'
import type { Fault } from '../fault.ts'

const code = analysisCode(
  'run',
  `inputs: { data: { minRows: 2, maxRows: 4, columns: { time: 'ordered', value: 'number' } } }, run: () => ({ summary: {} })`,
)
const files = pluginFiles('roles', code)
const table = '{"time":[1,2,3],"value":[1,2,3],"other":[4,5,6],"name":["a","b","c"]}'

function column(what: string, input: string, columns: readonly string[], says: Fault['says'], hint: RegExp): Fault {
  const more = [...(input === '' ? [] : ['-i', input]), ...columns.flatMap((pair) => ['-c', pair])]
  return { what: `columns: ${what}`, args: call('run', ...more), files, code: 'invalid-call', says, hint }
}

/** Inputs and columns that do not fit their roles. */
export const columns: readonly Fault[] = [
  column('an unknown column', table, ['value=othr'], ["'othr'"], /other/),
  column('an unknown role', table, ['valu=other'], ['valu'], /value/),
  column('a column of the wrong type', table, ['value=name'], ['name', 'value'], /other|number/),
  column('ambiguous', '{"time":[1,2],"a":[1,2],"b":[3,4]}', [], ['value'], /--column/),
  column('none that fits', '{"name":["a","b"]}', [], [/time|value/], /name \(utf8\)/),
  column('too few rows', '{"time":[1],"value":[1]}', [], ['1 row', '2'], /cardcage plugin info roles/),
  column('too many rows', '{"time":[1,2,3,4,5],"value":[1,2,3,4,5]}', [], ['5 rows', '4'], /cardcage plugin info roles/),
  column('no input', '', [], ["'data'"], /--input data=FILE/),
  {
    ...column('an input it does not have', table, [], ['twice'], /plugin info|--input/),
    what: 'columns: an input twice',
    args: call('run', '-i', table, '-i', table),
    says: ['"data"'],
  },
]
