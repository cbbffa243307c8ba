/** Writes anew what the examples of `explain` print: run it where a message or a hint has changed, and look at the difference. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { errorExamples } from '../../src/explain/error-examples.ts'
import { runExample } from './run-example.ts'

const file = fileURLToPath(new URL('../../src/explain/error-examples.ts', import.meta.url))
let source = readFileSync(file, 'utf8')
for (const [name, example] of Object.entries(errorExamples)) {
  const around = mkdtempSync(join(tmpdir(), 'cardcage-record-'))
  for (const folder of ['.cardcage', 'ada']) mkdirSync(join(around, folder))
  const { stderr } = await runExample(example, join(around, 'ada'))
  rmSync(around, { recursive: true })
  if (stderr === example.prints) continue
  const before = literal(example.prints)
  if (!source.includes(before)) throw new Error(`${name}: what it prints is not found in ${file}`)
  source = source.replace(before, () => literal(stderr))
  console.log(`${name}\n${stderr}`)
}
writeFileSync(file, source)

function literal(text: string): string {
  return `\`${text.replace(/[\\`]|\$\{/g, (special) => `\\${special}`)}\``
}
