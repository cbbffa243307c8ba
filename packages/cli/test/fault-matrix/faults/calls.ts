import type { Json } from '@cardcage/plugin'
import { call, pluginFiles, runCode } from '../fault.ts'
import type { Fault } from '../fault.ts'

function body(
  what: string,
  source: string,
  row: Omit<Fault, 'what' | 'args' | 'files'>,
  args: readonly string[] = [],
  manifest: Readonly<Record<string, Json>> = {},
): Fault {
  return { what: `call: ${what}`, args: call('run', ...args), files: pluginFiles('bad', runCode('run', source), manifest), ...row }
}

const thrown = (code: string, origin: string) =>
  `throw new PluginError('${code}', 'It is ${code}', { origin: '${origin}', hint: 'Turn it off and on.', details: { is: '${code}' } })`

/** A call that fails in the plugin. */
export const calls: readonly Fault[] = [
  body('throws', 'throw new TypeError("left is not right")', { code: 'internal', says: ['left is not right'], hint: /--verbose/ }),
  body('throws a text', 'throw "sand"', { code: 'internal', says: ['sand'], hint: /--verbose/ }),
  body('throws nothing', 'throw undefined', { code: 'internal', says: [/undefined|nothing/], hint: /--verbose/ }),
  body('throws an error of the caller', thrown('invalid-call', 'caller'), {
    code: 'invalid-call',
    says: ['It is invalid-call'],
    hint: /Turn it off/,
  }),
  body('throws an error of its own', thrown('invalid-data', 'plugin'), {
    code: 'invalid-data',
    says: ['It is invalid-data'],
    hint: /Turn it off/,
  }),
  body('throws an error of the other side', thrown('rate-limited', 'upstream'), {
    code: 'rate-limited',
    says: ['It is rate-limited'],
    hint: /Turn it off/,
  }),
  body('throws an error of the kernel', thrown('unavailable', 'kernel'), {
    code: 'unavailable',
    says: ['It is unavailable'],
    hint: /Turn it off/,
  }),
  body('throws a stack', 'throw new Error(new Error("deep").stack)', { code: 'internal', says: ['Error: deep'], hint: /--verbose/ }),
  body('throws outside the call', 'setTimeout(() => { throw new Error("too late") }); await new Promise(() => {})', {
    code: 'crashed',
    cause: 'exit',
    says: ['exit code 1'],
    hint: /log/,
  }),
  body('reads a variable it was not given', 'throw new Error(`TOKEN is ${process.env.TOKEN}`)', {
    env: { TOKEN: 'swordfish' },
    code: 'internal',
    says: ['TOKEN is undefined'],
    hint: /--verbose/,
  }),
  body('exits', 'console.error("last words"); process.exit(3)', {
    code: 'crashed',
    cause: 'exit',
    says: ['exit code 3'],
    hint: /last log lines/,
  }),
  body('aborts', 'process.abort()', { code: 'crashed', cause: 'signal', says: ['SIGABRT'], hint: /last log lines/ }),
  body('never ends', 'for (;;);', { code: 'timeout', cause: 'deadline', says: [/was not done after \d+ ms/], hint: /--timeout/ }, [
    '--timeout',
    '400ms',
  ]),
  body(
    'waits for ever',
    'await new Promise(() => {})',
    { code: 'timeout', cause: 'deadline', says: [/was not done after \d+ ms/], hint: /--timeout/ },
    ['--timeout', '400ms'],
  ),
  body(
    'fills its heap',
    'const all = []; for (;;) all.push(new Array(1e5).fill(Math.random()))',
    { code: 'limit-exceeded', cause: 'oom', says: ['memory'], hint: /limits\.memory/ },
    [],
    { limits: { memory: '128MiB' } },
  ),
  body('overflows its stack', 'const f = () => f() + 1; f()', {
    code: 'internal',
    cause: 'stack',
    says: ['call stack'],
    hint: /--verbose/,
  }),
  body('returns garbage', 'return 7', { code: 'invalid-data', says: ['a number'], hint: /author/ }),
  body('returns columns of different lengths', 'return { tables: { t: table({ a: [1], b: [1, 2] }) } }', {
    code: 'invalid-data',
    says: [/b/],
    hint: /author/,
  }),
  body('returns a cycle', 'const a = {}; a.a = a; return { summary: a }', {
    code: 'invalid-data',
    says: [/cycl|circular|itself/],
    hint: /plain JSON/,
  }),
  body(
    'writes garbage to the channel',
    'const { writeSync } = await import("node:fs"); writeSync(3, "garbage ".repeat(10)); await new Promise(() => {})',
    { code: 'protocol', cause: 'garbage', says: [/protocol/], hint: /author/ },
  ),
  body('reads a file it may not', 'const { readFileSync } = await import("node:fs"); readFileSync("/etc/hostname")', {
    code: 'permission-denied',
    says: ['/etc/hostname'],
    hint: /"permissions": \{ "read"/,
  }),
  body('writes a file it may not', 'const { writeFileSync } = await import("node:fs"); writeFileSync("/var/tmp/out.txt", "x")', {
    code: 'permission-denied',
    says: ['/var/tmp/out.txt'],
    hint: /"permissions": \{ "write"/,
  }),
  body(
    'opens a socket',
    'const { connect } = await import("node:net"); await new Promise((done, failed) => connect(9, "127.0.0.1").on("error", failed).on("connect", done))',
    { code: 'permission-denied', says: [/127\.0\.0\.1|net/i], hint: /ctx\.fetch/ },
  ),
  body('starts a process', 'const { execSync } = await import("node:child_process"); execSync("true")', {
    code: 'permission-denied',
    says: [/process/i],
    hint: /manifest/,
  }),
  body('starts a worker', 'const { Worker } = await import("node:worker_threads"); new Worker("1", { eval: true })', {
    code: 'permission-denied',
    says: [/worker/i],
    hint: /manifest/,
  }),
  body('fetches a host it may not', 'await ctx.fetch("http://example.invalid/x")', {
    code: 'permission-denied',
    says: ['example.invalid'],
    hint: /"net"/,
  }),
  body('fetches what is no URL', 'await ctx.fetch("not a url")', { code: 'internal', says: ['not a url'], hint: /--verbose/ }),
  body(
    'fetches where nobody listens',
    'await ctx.fetch("http://127.0.0.1:2/")',
    { code: 'unavailable', says: ['http://127.0.0.1:2'], hint: /Try again/ },
    [],
    { permissions: { net: ['127.0.0.1:2'] } },
  ),
  {
    what: 'call: a figure with a script',
    args: call('draw', '-i', '[1]'),
    files: pluginFiles(
      'bad',
      `export default definePlugin({ setup: () => ({ visualization: { draw: plot({ inputs: { data: { columns: { value: 'number' } } }, draws: ['image/svg+xml'], run: () => ({ mediaType: 'image/svg+xml', alt: 'a', body: '<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>' }) }) } }) })`,
    ),
    code: 'invalid-data',
    says: ['script'],
    hint: /no scripts/,
  },
]
