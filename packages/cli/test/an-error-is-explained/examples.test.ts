import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { errorTable } from '@cardcage/plugin'
import { errorExamples } from '../../src/explain/error-examples.ts'
import { usageEntry } from '../../src/usage-error.ts'
import { emptyFolder } from '../run-cli.ts'
import { runExample } from './run-example.ts'

describe('every example prints what it says (otherwise: record.ts), and exits as the table says', { concurrency: 3 }, () => {
  for (const [name, example] of Object.entries(errorExamples)) {
    test(name, async (t) => {
      const { code, stdout, stderr } = await runExample(example, emptyFolder(t))
      assert.equal(stderr, example.prints)
      assert.equal(stdout, '')
      assert.ok(stderr.startsWith(`error[${name}]: `))
      const entry = name === 'usage' ? usageEntry : errorTable[name as keyof typeof errorTable]
      // `timeout` has an exit code of its own for what it interrupted.
      assert.equal(code, example.command.startsWith('timeout ') ? 124 : entry.exit)
    })
  }
})
