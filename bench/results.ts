import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Machine } from './machine.ts'
import type { Judged } from './report.ts'
import type { Samples } from './suite.ts'

/** What one run found, as it is kept. */
export interface Result {
  /** ISO 8601, when it began. */
  readonly time: string
  readonly machine: Machine
  /** Rounds of every contender. */
  readonly rounds: number
  readonly suites: readonly { readonly name: string; readonly about: string; readonly samples: Samples; readonly rows: readonly Judged[] }[]
}

const folder = fileURLToPath(new URL('./results', import.meta.url))

/** Keep a result as `results/DATE-COMMIT.json`; returns the path. */
export function keep(result: Result): string {
  mkdirSync(folder, { recursive: true })
  const path = join(folder, `${result.time.slice(0, 10)}-${result.machine.commit}.json`)
  writeFileSync(path, `${JSON.stringify(result, undefined, 1)}\n`)
  return path
}

/** The result that began last, with the name of its file. */
export function latest(): { readonly name: string; readonly result: Result } | undefined {
  mkdirSync(folder, { recursive: true })
  const kept = readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => ({ name, result: JSON.parse(readFileSync(join(folder, name), 'utf8')) as Result }))
  return kept.sort((a, b) => (a.result.time < b.result.time ? 1 : -1))[0]
}
