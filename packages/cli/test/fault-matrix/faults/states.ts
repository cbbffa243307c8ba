import { call, pluginFiles, runCode } from '../fault.ts'
import type { Fault } from '../fault.ts'

const fine = runCode('run', 'return { summary: {} }')
const needs = (name: string, version: string) => ({ dependencies: [{ name, version }] })

/** The slot cannot run. */
export const states: readonly Fault[] = [
  {
    what: 'state: quarantined',
    args: call('run'),
    files: pluginFiles('bad', runCode('run', 'process.exit(3)')),
    before: { args: call('run'), exit: 7, times: 5 },
    code: 'quarantined',
    says: ['bad', '5 failures'],
    hint: /cardcage plugin release bad/,
  },
  {
    what: 'state: a dependency missing',
    args: call('bad.analysis.run'),
    files: pluginFiles('bad', fine, needs('absent', '^1.0.0')),
    code: 'incompatible',
    says: ['bad', 'absent'],
    hint: /Install absent/,
  },
  {
    what: 'state: a dependency misspelt',
    args: call('bad.analysis.run'),
    files: { ...pluginFiles('bad', fine, needs('helpr', '*')), ...pluginFiles('helper', fine) },
    code: 'incompatible',
    says: ['helpr'],
    hint: /'helper'/,
  },
  {
    what: 'state: a dependency too old',
    args: call('bad.analysis.run'),
    files: { ...pluginFiles('bad', fine, needs('helper', '^2.0.0')), ...pluginFiles('helper', fine) },
    code: 'incompatible',
    says: ['helper', '1.0.0', '^2.0.0'],
    hint: /helper that satisfies \^2\.0\.0/,
  },
  {
    what: 'state: dependencies in a circle',
    args: call('bad.analysis.run'),
    files: { ...pluginFiles('bad', fine, needs('other', '*')), ...pluginFiles('other', fine, needs('bad', '*')) },
    code: 'incompatible',
    says: ['bad', 'other'],
    hint: /Remove one/,
  },
  {
    what: 'state: the same release twice',
    args: ['plugin', 'call', 'bad.analysis.run', '--plugins', 'plugins', '--plugins', 'more', '--no-builtin'],
    files: {
      ...pluginFiles('bad', fine),
      'more/bad/plugin.json': JSON.stringify({ id: 'bad', version: '1.0.0', description: 'b' }),
      'more/bad/index.ts': fine,
    },
    code: 'conflict',
    says: ['bad 1.0.0'],
    hint: /Remove one/,
  },
  {
    what: 'state: config that is missing',
    args: call('bad.analysis.run'),
    files: pluginFiles('bad', fine, {
      config_schema: { type: 'object', properties: { api_url: { type: 'string' } }, required: ['api_url'] },
    }),
    code: 'invalid-config',
    says: ['bad', 'api_url'],
    hint: /cardcage plugin configure bad --key api_url/,
  },
  {
    what: 'state: more isolation than there is',
    args: call('bad.analysis.run'),
    files: pluginFiles('bad', fine, { isolation: { minimum: 'L3' } }),
    code: 'incompatible',
    says: ['L3', 'L1'],
    hint: /isolation\.minimum/,
  },
]
