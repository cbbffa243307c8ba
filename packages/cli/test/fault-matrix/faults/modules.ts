import { call, pluginFiles } from '../fault.ts'
import type { Fault } from '../fault.ts'

function module(what: string, source: string, row: Omit<Fault, 'what' | 'args' | 'files'> & Partial<Pick<Fault, 'args' | 'files'>>): Fault {
  return { what: `module: ${what}`, args: call('bad.analysis.run'), files: pluginFiles('bad', source), ...row }
}

const hanging = 'export default definePlugin({ setup: () => new Promise(() => {}) })'

/** The entry module does not load, or its `setup` fails. */
export const modules: readonly Fault[] = [
  module('a syntax error', 'export default {{{', { code: 'internal', cause: 'load', says: ['index.ts:3'], hint: /--verbose/ }),
  module('throws at import', 'throw new Error("the moon is down")', {
    code: 'internal',
    cause: 'load',
    says: ['the moon is down'],
    hint: /--verbose/,
  }),
  module('imports what is not there', 'import "./absent.ts"', { code: 'internal', cause: 'load', says: ['absent.ts'], hint: /--verbose/ }),
  module('imports a package that is not there', 'import "left-pad"', {
    code: 'internal',
    cause: 'load',
    says: ['left-pad'],
    hint: /--verbose/,
  }),
  module('no export', 'const x = 1', { code: 'invalid-manifest', cause: 'load', says: ['does not export a plugin'], hint: /definePlugin/ }),
  module('exports a number', 'export default 7', {
    code: 'invalid-manifest',
    cause: 'load',
    says: ['does not export a plugin'],
    hint: /definePlugin/,
  }),
  module('setup throws', 'export default definePlugin({ setup() { throw new Error("no ether") } })', {
    code: 'internal',
    cause: 'load',
    says: ['no ether'],
    hint: /--verbose/,
  }),
  module('setup rejects', 'export default definePlugin({ setup: async () => { throw new PluginError("unavailable", "no ether") } })', {
    code: 'unavailable',
    cause: 'load',
    says: ['no ether'],
    hint: /Try again/,
  }),
  module('setup exits', 'export default definePlugin({ setup() { process.exit(4) } })', {
    code: 'crashed',
    cause: 'exit',
    says: ['exit code 4'],
    hint: /last log lines/,
  }),
  module('setup hangs', hanging, {
    files: pluginFiles('bad', hanging, { provides: { analysis: { run: { inputs: {} } } } }),
    code: 'timeout',
    cause: 'start',
    args: call('bad.analysis.run', '--timeout', '400ms'),
    says: [/not ready|not started/],
    hint: /--timeout/,
  }),
  module('provides an unknown kind', 'export default definePlugin({ setup: () => ({ analyses: {} }) })', {
    code: 'invalid-manifest',
    cause: 'load',
    says: ['analyses'],
    hint: /analysis/,
  }),
  module(
    'provides something else than its manifest says',
    'export default definePlugin({ setup: () => ({ analysis: { walk: operation({ inputs: {}, run: () => ({ summary: {} }) }) } }) })',
    { code: 'not-found', says: ['run'], hint: /walk/ },
  ),
]
