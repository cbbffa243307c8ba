import assert from 'node:assert/strict'
import { availableParallelism } from 'node:os'
import { describe, test } from 'node:test'
import type { TestContext } from 'node:test'
import { cardcage, emptyFolder } from '../run-cli.ts'
import { checkFault, checkSafe, writeFiles } from './check-fault.ts'
import { analysisCode, call, pluginFiles } from './fault.ts'
import type { Fault } from './fault.ts'
import { badConfigs } from './faults/bad-configs.ts'
import { badManifests } from './faults/bad-manifests.ts'

const concurrency = availableParallelism()

describe('a command that would use it ends with one problem, and starts nothing', { concurrency }, () => {
  for (const row of [...badConfigs, ...badManifests]) test(row.what, (t) => checkFault(t, row, false))
})

describe(
  '`config validate` tells of each bad file what the command tells that would have used it, and exits with 3',
  { concurrency },
  () => {
    for (const row of badConfigs) {
      test(row.what, async (t) => {
        await validated(t, row, ['config', 'validate', row.args.at(-1)!, '--plugins', 'plugins', '--no-builtin'], 3)
      })
    }
  },
)

describe('`plugin dev validate` tells it of each bad manifest, does not start the plugin, and exits with 10', { concurrency }, () => {
  for (const row of badManifests) {
    test(row.what, async (t) => {
      const { valid, started } = await validated(t, row, ['plugin', 'dev', 'validate', 'bad'], 10)
      assert.deepEqual([valid, started], [false, false])
    })
  }
})

interface Report {
  readonly valid?: boolean
  readonly started?: boolean
  readonly problems: readonly {
    readonly file: string
    readonly line?: number
    readonly key?: string
    readonly severity: string
    readonly message: string
    readonly fix: string
  }[]
}

async function validated(t: TestContext, row: Fault, args: readonly string[], exit: number): Promise<Report> {
  const cwd = emptyFolder(t)
  writeFiles(cwd, row)
  const { code, stdout, stderr, document } = await cardcage([...args, '--json'], { cwd })
  assert.deepEqual([code, stderr], [exit, ''], stdout)
  const report: Report = document()
  const errors = report.problems.filter(({ severity }) => severity === 'error')
  const said = errors.map(({ file, line, key, message }) => `${file}${line === undefined ? '' : `:${line}`} ${key ?? ''}: ${message}`)
  const shown = said.join('\n')
  assert.ok(errors.length >= 1 && errors.length <= 2, shown)
  for (const one of row.says)
    if (one !== '2 things') assert.ok(typeof one === 'string' ? shown.includes(one) : one.test(shown), `${shown}\nsays ${one}`)
  assert.match(errors.map(({ fix }) => fix).join('\n'), row.hint)
  checkSafe(JSON.stringify(report, null, 1))
  return report
}

const pattern = (pattern: string, value: string) => ({
  ...pluginFiles('slow', analysisCode('run', 'inputs: {}, run: () => ({ summary: { name: ctx.config.name } })'), {
    config_schema: { type: 'object', properties: { name: { type: 'string', pattern } } },
  }),
  'host.yaml': `slots:\n  slow:\n    config:\n      name: ${value}\n`,
})

test('a pattern that never comes to an end holds up nobody: the config is refused, and validate names the pattern', async (t) => {
  const cwd = emptyFolder(t)
  writeFiles(cwd, { files: pattern('^(a+)+$', `${'a'.repeat(60)}!`) })
  const [called, validates] = await Promise.all([
    cardcage([...call('slow.analysis.run', '--config', 'host.yaml'), '--json'], { cwd }),
    cardcage(['plugin', 'dev', 'validate', 'plugins/slow', '--json'], { cwd }),
  ])
  const { error } = called.document()
  assert.deepEqual([called.code, error.code], [3, 'invalid-config'])
  assert.match(error.message, /'slow'.*pattern/)
  assert.equal(validates.code, 10)
  const [first] = (validates.document() as Report).problems
  assert.deepEqual([first?.key, first?.severity], ['config_schema.properties.name.pattern', 'error'])
  assert.match(first!.message, /"\^\(a\+\)\+\$" takes far too long/)
})

test('a default within a default is a value', async (t) => {
  const cwd = emptyFolder(t)
  writeFiles(cwd, { files: pattern('^[a-z]$', '${A_NOT_SET:-${B_NOT_SET:-c}}') })
  const { code, document } = await cardcage([...call('slow.analysis.run', '--config', 'host.yaml'), '--json'], { cwd })
  assert.equal(code, 0)
  assert.deepEqual(document().result.summary, { name: 'c' })
})
