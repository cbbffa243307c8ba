import { call, pluginFiles, runCode } from '../fault.ts'
import type { Fault } from '../fault.ts'

const two = {
  ...pluginFiles('left', runCode('both', 'return { summary: {} }')),
  ...pluginFiles('right', runCode('both', 'return { summary: {} }')),
}

/** What is called is not there, or is there twice. */
export const names: readonly Fault[] = [
  {
    what: 'an unknown method',
    args: ['plugin', 'call', 'moving_avrage', '-i', '[1]'],
    code: 'not-found',
    says: ['moving_avrage'],
    hint: /moving_average/,
  },
  {
    what: 'an unknown method of a slot',
    args: ['plugin', 'call', 'regression.analysis.custom_regresion', '-i', '[1]'],
    code: 'not-found',
    says: ['custom_regresion'],
    hint: /custom_regression/,
  },
  {
    what: 'an unknown plot type',
    args: ['plugin', 'call', 'plots.visualization.lin', '-i', '[1]'],
    code: 'not-found',
    says: ['Unsupported plot type: lin'],
    hint: /line/,
  },
  {
    what: 'an unknown slot',
    args: ['plugin', 'call', 'regresion.analysis.custom_regression', '-i', '[1]'],
    code: 'not-found',
    says: ["'regresion'"],
    hint: /Did you mean regression\?/,
  },
  { what: 'an unknown slot of info', args: ['plugin', 'info', 'cvs'], code: 'not-found', says: ["'cvs'"], hint: /csv/ },
  {
    what: 'an unknown slot of release',
    args: ['plugin', 'release', 'regresion'],
    code: 'not-found',
    says: ["'regresion'"],
    hint: /Did you mean regression\?/,
  },
  { what: 'a method nothing is like', args: call('xyzzy'), files: two, code: 'not-found', says: ['xyzzy'], hint: /Known: both\./ },
  {
    what: 'a method where no plugin is',
    args: ['plugin', 'call', 'x', '--no-builtin'],
    code: 'not-found',
    says: ['Unsupported method: x'],
    hint: /--plugins/,
  },
  {
    what: 'a method two plugins have',
    args: call('both'),
    files: two,
    code: 'conflict',
    says: ["'both'", 'left.analysis.both', 'right.analysis.both'],
    hint: /address/,
  },
  {
    what: 'a kind the slot does not provide',
    args: call('left.source.both'),
    files: two,
    code: 'not-found',
    says: ['There is no source called both'],
    hint: /'left' provides analysis\.both\./,
  },
  {
    what: 'a kind that is none',
    args: call('left.method.left'),
    files: two,
    code: 'not-found',
    says: ['left.method.left'],
    hint: /'left' provides analysis\.both\. An address is slot\.kind\.name\./,
  },
  { what: 'an unknown error code', args: ['explain', 'tiemout'], code: 'not-found', says: ['"tiemout"'], hint: /timeout/ },
  { what: 'an exit code no error has', args: ['explain', '99'], code: 'not-found', says: ['99'], hint: /1, 2, 3/ },
]
