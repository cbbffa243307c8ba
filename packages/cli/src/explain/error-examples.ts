import type { ErrorCode } from '@cardcage/plugin'

/** A command that fails, and what it prints; run by a test, which compares. */
export interface ErrorExample {
  /** Files of the folder it is run in, by path. */
  readonly files?: Readonly<Record<string, string>>
  /** Runs before it, in the same folder. */
  readonly before?: { readonly command: string; readonly times: number }
  /** For a shell. */
  readonly command: string
  /** On stderr, where that is no terminal; the folder is called `/home/ada`. */
  readonly prints: string
}

/** An example of every code. */
export const errorExamples: Readonly<Record<ErrorCode | 'usage', ErrorExample>> = {
  'invalid-manifest': {
    files: {
      'smooth/plugin.json': `{ "id": "smooth", "version": "one", "description": "An example" }
`,
      'smooth/index.ts': `import { definePlugin, operation } from '@cardcage/plugin'

const smooth = operation({
  inputs: {},
  run: () => ({ summary: { done: true } }),
})

export default definePlugin({ setup: () => ({ analysis: { smooth } }) })
`,
    },
    command: 'cardcage plugin call smooth.analysis.smooth --plugins smooth',
    prints: `error[invalid-manifest]: /home/ada/smooth/plugin.json:1 version: "one" is not a semantic version
  hint   Give three numbers, as in "1.0.0" or "1.0.0-beta.1".
  more   cardcage explain invalid-manifest`,
  },
  'invalid-config': {
    files: {
      'crm/plugin.json': `{ "id": "crm", "version": "1.0.0", "description": "An example", "config_schema": { "type": "object", "properties": { "api_url": { "type": "string" } }, "required": ["api_url"] } }
`,
      'crm/index.ts': `import { definePlugin, operation } from '@cardcage/plugin'

const contacts = operation({
  inputs: {},
  run: () => ({ summary: { done: true } }),
})

export default definePlugin({ setup: () => ({ analysis: { contacts } }) })
`,
    },
    command: 'cardcage plugin call crm.analysis.contacts --plugins crm',
    prints: `error[invalid-config]: Config of slot 'crm': config key api_url is missing, text needed
  hint   Give it a value: \`cardcage plugin configure crm --key api_url --value …\`.
  more   cardcage explain invalid-config`,
  },
  'invalid-call': {
    command: 'cardcage plugin call moving_average --input "[1,2,3]" -p window_size=0',
    prints: `error[invalid-call]: parameter window_size: 0 given, an integer, at least 1 (default 10) needed
  at     moving-average.analysis.moving_average, moving-average@0.1.0
  hint   See the parameters and inputs with \`cardcage plugin info moving-average\`.
  more   cardcage explain invalid-call`,
  },
  'invalid-data': {
    files: {
      'sales.csv': `day,amount
1,20
2,"30
`,
    },
    command: 'cardcage plugin call moving_average --input sales.csv',
    prints: `error[invalid-data]: record 2, line 3, bytes 16–22: the quote opened on line 3 is never closed
  at     csv.format.csv, csv@0.1.0, input sales.csv
  hint   Correct the record, or read on without it by asking that rejects be left out.
  more   cardcage explain invalid-data`,
  },
  'not-found': {
    command: 'cardcage plugin call moving_avrage --input "[1,2,3]"',
    prints: `error[not-found]: Unsupported method: moving_avrage
  hint   Did you mean moving_average?
  more   cardcage explain not-found`,
  },
  conflict: {
    files: {
      'fast/plugin.json': `{ "id": "fast", "version": "1.0.0", "description": "An example" }
`,
      'fast/index.ts': `import { definePlugin, operation } from '@cardcage/plugin'

const smooth = operation({
  inputs: {},
  run: () => ({ summary: { done: true } }),
})

export default definePlugin({ setup: () => ({ analysis: { smooth } }) })
`,
      'exact/plugin.json': `{ "id": "exact", "version": "1.0.0", "description": "An example" }
`,
      'exact/index.ts': `import { definePlugin, operation } from '@cardcage/plugin'

const smooth = operation({
  inputs: {},
  run: () => ({ summary: { done: true } }),
})

export default definePlugin({ setup: () => ({ analysis: { smooth } }) })
`,
    },
    command: 'cardcage plugin call smooth --plugins fast --plugins exact',
    prints: `error[conflict]: 'smooth' is provided by exact.analysis.smooth and fast.analysis.smooth
  hint   Give the full address.
  more   cardcage explain conflict`,
  },
  unsupported: {
    command: 'cardcage plugin call line --input "[1,2,3]" --output trend.bmp',
    prints: `error[unsupported]: The extension of trend.bmp says no media type of figures
  hint   Use one of .svg, .png, .jpg, .jpeg, .webp, .pdf, .html.
  more   cardcage explain unsupported`,
  },
  incompatible: {
    files: {
      'report/plugin.json': `{ "id": "report", "version": "1.0.0", "description": "An example", "dependencies": [{ "name": "fonts", "version": "^2.0.0" }] }
`,
      'report/index.ts': `import { definePlugin, operation } from '@cardcage/plugin'

const report = operation({
  inputs: {},
  run: () => ({ summary: { done: true } }),
})

export default definePlugin({ setup: () => ({ analysis: { report } }) })
`,
    },
    command: 'cardcage plugin call report.analysis.report --plugins report',
    prints: `error[incompatible]: report → fonts: fonts is not there
  hint   Install fonts ^2.0.0.
  more   cardcage explain incompatible`,
  },
  unauthenticated: {
    files: {
      'weather/plugin.json': `{ "id": "weather", "version": "1.0.0", "description": "An example" }
`,
      'weather/index.ts': `import { definePlugin, operation, PluginError } from '@cardcage/plugin'

const weather = operation({
  inputs: {},
  run() {
    throw new PluginError('unauthenticated', 'weather.example answered 401', { hint: 'Set WEATHER_KEY to a valid key.' })
  },
})

export default definePlugin({ setup: () => ({ analysis: { weather } }) })
`,
    },
    command: 'cardcage plugin call weather --plugins weather',
    prints: `error[unauthenticated]: weather.example answered 401
  at     weather.analysis.weather, weather@1.0.0
  hint   Set WEATHER_KEY to a valid key.
  more   cardcage explain unauthenticated`,
  },
  forbidden: {
    files: {
      'orders/plugin.json': `{ "id": "orders", "version": "1.0.0", "description": "An example" }
`,
      'orders/index.ts': `import { definePlugin, operation, PluginError } from '@cardcage/plugin'

const orders = operation({
  inputs: {},
  run() {
    throw new PluginError('forbidden', 'The key may not read orders', { hint: 'Ask for the scope orders:read.' })
  },
})

export default definePlugin({ setup: () => ({ analysis: { orders } }) })
`,
    },
    command: 'cardcage plugin call orders --plugins orders',
    prints: `error[forbidden]: The key may not read orders
  at     orders.analysis.orders, orders@1.0.0
  hint   Ask for the scope orders:read.
  more   cardcage explain forbidden`,
  },
  'permission-denied': {
    files: {
      'peek/plugin.json': `{ "id": "peek", "version": "1.0.0", "description": "An example" }
`,
      'peek/index.ts': `import { readFileSync } from 'node:fs'
import { definePlugin, operation } from '@cardcage/plugin'

const peek = operation({
  inputs: {},
  run: () => ({ summary: { text: readFileSync('/etc/passwd', 'utf8') } }),
})

export default definePlugin({ setup: () => ({ analysis: { peek } }) })
`,
    },
    command: 'cardcage plugin call peek --plugins peek',
    prints: `error[permission-denied]: No permission to read /etc/passwd
  at     peek.analysis.peek, peek@1.0.0
  hint   If it should, write into its manifest: "permissions": { "read": ["/etc/passwd"] }
  more   cardcage explain permission-denied`,
  },
  'rate-limited': {
    files: {
      'weather/plugin.json': `{ "id": "weather", "version": "1.0.0", "description": "An example" }
`,
      'weather/index.ts': `import { definePlugin, operation, PluginError } from '@cardcage/plugin'

const weather = operation({
  inputs: {},
  run() {
    throw new PluginError('rate-limited', 'weather.example answered 429', { retryAfter: 30_000 })
  },
})

export default definePlugin({ setup: () => ({ analysis: { weather } }) })
`,
    },
    command: 'cardcage plugin call weather --plugins weather',
    prints: `error[rate-limited]: weather.example answered 429
  at     weather.analysis.weather, weather@1.0.0
  retry  after 30 s
  hint   Wait for the time given in \`retryAfter\`, then try again.
  more   cardcage explain rate-limited`,
  },
  'quota-exceeded': {
    files: {
      'weather/plugin.json': `{ "id": "weather", "version": "1.0.0", "description": "An example" }
`,
      'weather/index.ts': `import { definePlugin, operation, PluginError } from '@cardcage/plugin'

const weather = operation({
  inputs: {},
  run() {
    throw new PluginError('quota-exceeded', 'The 1000 requests of this month are used up', {})
  },
})

export default definePlugin({ setup: () => ({ analysis: { weather } }) })
`,
    },
    command: 'cardcage plugin call weather --plugins weather',
    prints: `error[quota-exceeded]: The 1000 requests of this month are used up
  at     weather.analysis.weather, weather@1.0.0
  hint   Raise the quota with the provider, or wait until it is renewed.
  more   cardcage explain quota-exceeded`,
  },
  'limit-exceeded': {
    files: {
      'long/plugin.json': `{ "id": "long", "version": "1.0.0", "description": "An example" }
`,
      'long/index.ts': `import { definePlugin, operation } from '@cardcage/plugin'

const long = operation({
  inputs: {},
  run: () => ({ summary: { text: 'x'.repeat(20_000_000) } }),
})

export default definePlugin({ setup: () => ({ analysis: { long } }) })
`,
    },
    command: 'cardcage plugin call long --plugins long',
    prints: `error[limit-exceeded]: The findings take 20000058 bytes as JSON; at most 16777216 are carried
  at     long.analysis.long, long@1.0.0
  hint   Return data as a table: tables are streamed.
  more   cardcage explain limit-exceeded`,
  },
  unavailable: {
    files: {
      'weather/plugin.json': `{ "id": "weather", "version": "1.0.0", "description": "An example", "permissions": { "net": ["127.0.0.1:2"] } }
`,
      'weather/index.ts': `import { definePlugin, operation } from '@cardcage/plugin'

export default definePlugin({
  setup: (ctx) => ({
    analysis: {
      weather: operation({
        inputs: {},
        run: async () => ({ summary: { status: (await ctx.fetch('http://127.0.0.1:2/')).status } }),
      }),
    },
  }),
})
`,
    },
    command: 'cardcage plugin call weather --plugins weather',
    prints: `error[unavailable]: http://127.0.0.1:2 cannot be reached: connect ECONNREFUSED 127.0.0.1:2
  at     weather.analysis.weather, weather@1.0.0
  hint   Try again; if it stays so, check the address and that the other side runs.
  more   cardcage explain unavailable`,
  },
  timeout: {
    files: {
      'spin/plugin.json': `{ "id": "spin", "version": "1.0.0", "description": "An example" }
`,
      'spin/index.ts': `import { definePlugin, operation } from '@cardcage/plugin'

const spin = operation({
  inputs: {},
  run() {
    for (;;);
  },
})

export default definePlugin({ setup: () => ({ analysis: { spin } }) })
`,
    },
    command: 'cardcage plugin call spin --plugins spin --timeout 2s',
    prints: `error[timeout]: analysis.spin was not done after 2000 ms
  at     spin.analysis.spin, spin@1.0.0
  cause  deadline: the call was not done at its deadline and the process was killed
  hint   Give it more time with \`--timeout\`, or less data.
  more   cardcage explain timeout`,
  },
  cancelled: {
    files: {
      'wait/plugin.json': `{ "id": "wait", "version": "1.0.0", "description": "An example" }
`,
      'wait/index.ts': `import { definePlugin, operation } from '@cardcage/plugin'

const wait = operation({
  inputs: {},
  run: () => new Promise<never>(() => {}),
})

export default definePlugin({ setup: () => ({ analysis: { wait } }) })
`,
    },
    command: 'timeout --signal INT 2 cardcage plugin call wait --plugins wait',
    prints: `error[cancelled]: analysis.wait was cancelled
  at     wait.analysis.wait, wait@1.0.0
  hint   Nothing to do: it was asked for.`,
  },
  crashed: {
    files: {
      'leave/plugin.json': `{ "id": "leave", "version": "1.0.0", "description": "An example" }
`,
      'leave/index.ts': `import { definePlugin, operation } from '@cardcage/plugin'

const leave = operation({
  inputs: {},
  run() {
    console.error('the last words')
    process.exit(3)
  },
})

export default definePlugin({ setup: () => ({ analysis: { leave } }) })
`,
    },
    command: 'cardcage plugin call leave --plugins leave',
    prints: `error[crashed]: The plugin’s process ended: exit code 3
  at     leave.analysis.leave, leave@1.0.0
  cause  exit: the process ended itself
  log    the last words
  hint   Read \`details.cause\` and the last log lines; report it to the author of the plugin.
  more   cardcage explain crashed`,
  },
  protocol: {
    files: {
      'babble/plugin.json': `{ "id": "babble", "version": "1.0.0", "description": "An example" }
`,
      'babble/index.ts': `import { writeSync } from 'node:fs'
import { definePlugin, operation } from '@cardcage/plugin'

const babble = operation({
  inputs: {},
  run() {
    writeSync(3, 'what is this?')
    return new Promise<never>(() => {})
  },
})

export default definePlugin({ setup: () => ({ analysis: { babble } }) })
`,
    },
    command: 'cardcage plugin call babble --plugins babble',
    prints: `error[protocol]: The plugin broke the wire protocol and was ended: a frame of 1952540791 bytes, at most 16777216 are allowed
  at     babble.analysis.babble, babble@1.0.0
  cause  garbage: bytes on the channel that are not a frame of the protocol
  hint   The plugin writes to the host’s channel by itself: report it to its author.
  more   cardcage explain protocol`,
  },
  quarantined: {
    files: {
      'leave/plugin.json': `{ "id": "leave", "version": "1.0.0", "description": "An example" }
`,
      'leave/index.ts': `import { definePlugin, operation } from '@cardcage/plugin'

const leave = operation({
  inputs: {},
  run() {
    process.exit(3)
  },
})

export default definePlugin({ setup: () => ({ analysis: { leave } }) })
`,
    },
    before: { command: 'cardcage plugin call leave --plugins leave', times: 5 },
    command: 'cardcage plugin call leave --plugins leave',
    prints: `error[quarantined]: leave was taken out of service after 5 failures in a row; the last: The plugin’s process ended: exit code 3
  at     leave.analysis.leave, leave@1.0.0
  hint   When it is repaired: cardcage plugin release leave
  more   cardcage explain quarantined`,
  },
  internal: {
    files: {
      'buggy/plugin.json': `{ "id": "buggy", "version": "1.0.0", "description": "An example" }
`,
      'buggy/index.ts': `import { definePlugin, operation } from '@cardcage/plugin'

const buggy = operation({
  inputs: {},
  run() {
    throw new TypeError('left is not right')
  },
})

export default definePlugin({ setup: () => ({ analysis: { buggy } }) })
`,
    },
    command: 'cardcage plugin call buggy --plugins buggy',
    prints: `error[internal]: left is not right
  at     buggy.analysis.buggy, buggy@1.0.0
  hint   Run again with \`--verbose\` for the stack trace, and report it.
  more   cardcage explain internal`,
  },
  usage: {
    command: 'cardcage plugin call moving_average --input "[1,2,3]" --timeout soon',
    prints: `error[usage]: "soon" is not a duration
  hint   Write a number above 0 and a unit: 250ms, 2s, 1.5m, 1h.
  more   cardcage explain usage`,
  },
}
