import { errorCauses, errorTable, PluginError } from '@cardcage/plugin'
import type { Json } from '@cardcage/plugin'
import type { Output } from './output.ts'
import { usageEntry, UsageError } from './usage-error.ts'

/** What the outside is told of anything thrown. */
interface Told {
  readonly code: string
  readonly message: string
  readonly hint: string
  readonly retryable: boolean
  readonly at: Readonly<Record<string, string>>
  readonly details: Json
}

/**
 * Tell a failure, on stdout as the one document under `--json`, else on stderr: what, where, what to do. A stack trace only with `--verbose`.
 *
 * @returns the exit code of its row in the error table; 2 for usage
 */
export function tellFailure(thrown: unknown, output: Output): number {
  const usage = thrown instanceof UsageError
  const error = usage ? thrown : PluginError.from(thrown)
  const told: Told =
    error instanceof UsageError
      ? { code: 'usage', message: error.message, hint: error.hint, retryable: false, at: {}, details: null }
      : {
          code: error.code,
          message: error.message,
          hint: error.hint ?? errorTable[error.code].hint,
          retryable: error.retryable,
          at: error.at,
          details: error.details ?? null,
        }
  if (output.json) output.document({ error: told })
  else output.talk(forPeople(told, output))
  if (output.verbose) output.talk(stackOf(thrown))
  return error instanceof UsageError ? usageEntry.exit : errorTable[error.code].exit
}

function forPeople(told: Told, output: Output): string {
  const line = (name: string, text: string) => `  ${output.styleTalk('dim', name.padEnd(6))} ${indented(text)}`
  const lines = [`${output.styleTalk(['red', 'bold'], `error[${told.code}]:`)} ${told.message}`]
  const where = place(told)
  if (where !== '') lines.push(line('at', where))
  const cause = told.details !== null && isRecord(told.details) ? told.details['cause'] : undefined
  if (typeof cause === 'string' && cause in errorCauses)
    lines.push(line('cause', `${cause}: ${errorCauses[cause as keyof typeof errorCauses]}`))
  for (const text of lastLog(told.details)) lines.push(line('log', text))
  lines.push(line('hint', told.hint))
  if (told.code !== 'cancelled') lines.push(line('more', `cardcage explain ${told.code}`))
  return lines.join('\n')
}

function place({ at, details }: Told): string {
  const { slot, kind, operation, plugin, version, ...rest } = at
  const address = [slot, kind, operation].filter((part) => part !== undefined).join('.')
  const release = plugin === undefined ? '' : `${plugin}@${version ?? '?'}`
  const file = isRecord(details) && typeof details['file'] === 'string' ? fileIn(details) : ''
  const others = Object.entries(rest).map(([name, value]) => `${name} ${value}`)
  return [address, release, file, ...others].filter((part) => part !== '').join(', ')
}

function fileIn(details: Readonly<Record<string, Json>>): string {
  const line = typeof details['line'] === 'number' ? `:${details['line']}` : ''
  const key = typeof details['key'] === 'string' && details['key'] !== '' ? ` ${details['key']}` : ''
  return `${details['file'] as string}${line}${key}`
}

function lastLog(details: Json): readonly string[] {
  const log = isRecord(details) ? details['log'] : undefined
  const lines = Array.isArray(log)
    ? log.map((entry) => (typeof entry === 'string' ? entry : JSON.stringify(isRecord(entry) ? entry['message'] : entry)))
    : []
  return lines.slice(-5)
}

function stackOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown)
  const own = thrown.stack ?? `${thrown.name}: ${thrown.message}`
  return thrown.cause === undefined ? own : `${own}\ncaused by: ${stackOf(thrown.cause)}`
}

function isRecord(value: unknown): value is Readonly<Record<string, Json>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function indented(text: string): string {
  return text.replaceAll('\n', '\n         ')
}
