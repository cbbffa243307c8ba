import { isAbsolute, relative, sep } from 'node:path'
import type { Finding } from './finding.ts'

/**
 * Findings as workflow commands, one per line: GitHub shows each beside its line. Paths are relative to `from` where they lie below it.
 *
 * @see https://docs.github.com/actions/reference/workflow-commands-for-github-actions
 */
export function githubCommands(findings: readonly Finding[], from: string): string {
  return findings.map((finding) => command(finding, from)).join('\n')
}

const names = { error: 'error', warning: 'warning', note: 'notice' } as const

function command({ file, line, key, severity, code, message, fix }: Finding, from: string): string {
  const properties = {
    file: pathFrom(from, file),
    ...(line === undefined ? {} : { line: String(line) }),
    title: key === undefined ? code : `${code}: ${key}`,
  }
  const list = Object.entries(properties).map(([name, value]) => `${name}=${escapeProperty(value)}`)
  return `::${names[severity]} ${list.join(',')}::${escapeData(`${message}\n${fix}`)}`
}

/** A path as it is seen from a folder, with `/`; absolute where it does not lie in it. `.` is the folder itself. */
export function pathFrom(from: string, file: string): string {
  const path = relative(from, file)
  if (path === '') return '.'
  return path.startsWith('..') || isAbsolute(path) ? file : path.split(sep).join('/')
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}
