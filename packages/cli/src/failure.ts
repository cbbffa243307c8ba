import { fileURLToPath } from 'node:url'
import { CommanderError } from 'commander'
import { errorCauses, errorTable, PluginError } from '@cardcage/plugin'
import type { ErrorCode, Json } from '@cardcage/plugin'
import { asUsageError, helpHint } from './as-usage-error.ts'
import type { Output } from './output.ts'
import { oneLine } from './text-table.ts'
import { usageEntry, UsageError } from './usage-error.ts'

/** What the outside is told of anything thrown: `PluginError.toJSON()`, with the code `usage` for a command line that cannot be understood. */
interface Told {
  readonly code: string
  readonly message: string
  readonly retryable: boolean
  readonly retryAfter?: number
  readonly origin: string
  readonly hint: string
  readonly at: Readonly<Record<string, string>>
  readonly details?: Json
}

/**
 * Tell a failure, on stdout as the one document under `--json`, else on stderr: what, where, what to do. A stack trace only with `--verbose`.
 *
 * @param given the command line, for what is wrong with it
 * @returns the exit code of its row in the error table; 2 for usage
 */
export function tellFailure(thrown: unknown, output: Output, given: readonly string[]): number {
  const error = thrown instanceof CommanderError ? asUsageError(thrown, given) : thrown
  const usage = error instanceof UsageError
  const told = usage ? ofUsage(error, given) : ((PluginError.is(error) ? error : ownFailure(error)).toJSON() as unknown as Told)
  if (output.json) output.document({ error: told })
  else output.talk(forPeople(told, output))
  if (output.verbose) output.talk(stackOf(thrown))
  return usage ? usageEntry.exit : errorTable[told.code as ErrorCode].exit
}

/** What Cardcage itself threw without meaning to: a bug of its own, told without the paths of its code. */
function ownFailure(thrown: unknown): PluginError {
  const { code, message, retryable } = PluginError.from(thrown)
  const origin = code === 'internal' ? 'kernel' : undefined
  return new PluginError(code, message.replaceAll(ownCode, ''), { cause: thrown, retryable, ...(origin === undefined ? {} : { origin }) })
}

/** Where the code of Cardcage lies, as it stands in messages of Node. */
const ownCode = fileURLToPath(new URL('../../..', import.meta.url))

function ofUsage({ message, hint }: UsageError, given: readonly string[]): Told {
  return { code: 'usage', message, retryable: usageEntry.retryable, origin: usageEntry.origin, hint: hint ?? helpHint(given), at: {} }
}

function forPeople(told: Told, output: Output): string {
  const line = (name: string, text: string) => `  ${output.styleTalk('dim', name.padEnd(6))} ${indented(text)}`
  const lines = [`${output.styleTalk(['red', 'bold'], `error[${told.code}]:`)} ${indented(told.message)}`]
  const where = place(told)
  if (where !== '') lines.push(line('at', where))
  const cause = isRecord(told.details) ? told.details['cause'] : undefined
  if (typeof cause === 'string' && Object.hasOwn(errorCauses, cause))
    lines.push(line('cause', `${cause}: ${errorCauses[cause as keyof typeof errorCauses]}`))
  for (const text of lastLog(told.details)) lines.push(line('log', text))
  if (told.retryAfter !== undefined) lines.push(line('retry', `after ${told.retryAfter / 1000} s`))
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

function lastLog(details: Json | undefined): readonly string[] {
  const log = isRecord(details) ? details['log'] : undefined
  const lines = Array.isArray(log)
    ? log.map((entry) => (typeof entry === 'string' ? entry : JSON.stringify(isRecord(entry) ? entry['message'] : entry)))
    : []
  return lines.slice(-5)
}

/** Its stack and those of its causes, as far as they are new: plugins can make errors that are their own cause. */
function stackOf(thrown: unknown, told: readonly unknown[] = []): string {
  if (!(thrown instanceof Error)) return PluginError.from(thrown).message
  const own = thrown.stack ?? `${thrown.name}: ${thrown.message}`
  const isLast = thrown.cause === undefined || told.includes(thrown.cause) || thrown.cause === thrown
  return isLast ? own : `${own}\ncaused by: ${stackOf(thrown.cause, [...told, thrown])}`
}

function isRecord(value: unknown): value is Readonly<Record<string, Json>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function indented(text: string): string {
  return text.split('\n').map(oneLine).join('\n         ')
}
