import type { Output } from '../output.ts'
import { oneLine } from '../text-table.ts'
import { countOf } from './finding.ts'
import type { Finding, Findings } from './finding.ts'

const colours = { error: 'red', warning: 'yellow', note: 'cyan' } as const

/** Show findings to people: `error file:line key`, what is wrong, the fix; the sum on stderr. */
export function showFindings({ folder, findings, notStarted }: Findings, output: Output): void {
  for (const finding of findings) output.data(lines(finding, output))
  const counts = (['error', 'warning', 'note'] as const).flatMap((severity) => {
    const count = countOf(findings, severity)
    return count === 0 ? [] : [`${count} ${severity}${count === 1 ? '' : 's'}`]
  })
  const said = counts.length === 0 ? 'nothing is wrong' : counts.join(', ')
  output.talk(`${folder}: ${said}${notStarted === undefined ? '' : `; it was not started: ${oneLine(notStarted)}`}`)
}

function lines({ file, line, key, severity, message, fix }: Finding, output: Output): string {
  const where = `${file}${line === undefined ? '' : `:${line}`}${key === undefined ? '' : ` ${key}`}`
  return `${output.style(colours[severity], severity)} ${oneLine(where)}\n  ${oneLine(message)}\n  ${output.style('dim', 'fix:')} ${oneLine(fix)}`
}
