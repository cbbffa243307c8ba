import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { cells, markdownTable } from './report.ts'
import { latest, type Result } from './results.ts'

const file = fileURLToPath(new URL('./README.md', import.meta.url))
const formatter = fileURLToPath(new URL('../node_modules/oxfmt/bin/oxfmt', import.meta.url))
const begin = '<!-- results: written by `node bench/run.ts --readme` -->'
const end = '<!-- end of results -->'

/** Write the latest kept result into `README.md`. @throws Error where nothing is kept, or the README has no place for it */
export function writeReadme(): void {
  const kept = latest()
  const text = readFileSync(file, 'utf8')
  if (!kept) throw new Error('no result is kept in bench/results')
  const [before, rest] = text.split(begin)
  const after = rest?.split(end)[1]
  if (before === undefined || after === undefined) throw new Error(`${file} has no lines ${begin} … ${end}`)
  writeFileSync(file, `${before}${begin}\n\n${section(kept.name, kept.result)}\n\n${end}${after}`)
  spawnSync(process.execPath, [formatter, file])
}

function section(name: string, { time, machine, rounds, suites }: Result): string {
  const { cpu, cores, memory, kernel, node, commit, changed, load, packages } = machine
  const versions = Object.entries(packages).map(([name, version]) => `${name} ${version}`)
  const lines = suites.flatMap(({ samples, rows }) => cells(rows, samples))
  return [
    `Measured ${time.slice(0, 10)} at commit ${commit}${changed ? ' with changes' : ''}: ${cpu}, ${cores} cores, ${Math.round(memory / 2 ** 30)} GiB, Linux ${kernel}, Node ${node.slice(1)}, ${versions.join(', ')}; ${rounds} rounds; load when it began ${load}. All samples: [${name}](results/${name}).`,
    '',
    markdownTable(lines),
  ].join('\n')
}
