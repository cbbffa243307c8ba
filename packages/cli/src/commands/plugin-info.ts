import { type Permission, printDuration, type Provided, type SlotDetails } from '@cardcage/kernel'
import type { Run } from '../command.ts'
import { openKernel } from '../open-kernel.ts'
import { policyLines } from '../policy-lines.ts'
import type { Output } from '../output.ts'
import { schemaLines } from '../schema-lines.ts'
import { oneLine, textTable } from '../text-table.ts'

/** Show everything known of one slot. */
export const run: Run = async (context, [slot = '']) => {
  const kernel = await openKernel(context)
  const details = await kernel.info(slot)
  if (context.output.json)
    context.output.document({ ...details, ...(details.error === undefined ? {} : { error: details.error.toJSON() }) })
  else context.output.data(describe(details, context.output))
}

function describe(details: SlotDetails, output: Output): string {
  const { manifest, error } = details
  const facts: (readonly [string, string | undefined])[] = [
    ['slot', details.slot === details.id ? undefined : details.slot],
    ['state', details.state],
    ['failed', error === undefined ? undefined : `${error.message}${error.hint === undefined ? '' : ` (${error.hint})`}`],
    ['path', details.path],
    ['entry', manifest?.entry],
    [
      'isolation',
      `${details.isolation}${manifest?.isolation.minimum === undefined ? '' : `, at least ${manifest.isolation.minimum} wanted`}`,
    ],
    ['dies with host', details.diesWithHost],
    ['process', processes(details)],
    ['degraded', details.degraded.join('; ')],
    ...details.warnings.map((message) => ['warning', message] as const),
    ['calls', details.calls === 0 ? undefined : `${details.calls}, ${details.failures} failed`],
    ['author', manifest?.author],
    ['license', manifest?.license],
    ['homepage', manifest?.homepage],
    ['repository', manifest?.repository],
    [
      'contract',
      manifest === undefined ? undefined : `${manifest.apiVersion.major}.${manifest.apiVersion.minor}.${manifest.apiVersion.patch}`,
    ],
    ['written as', manifest === undefined || manifest.dialect === 'cardcage' ? undefined : `${manifest.dialect} manifest`],
    ['needs', manifest?.dependencies.map((d) => `${d.name} ${d.version}${d.optional ? ' (optional)' : ''}`).join(', ')],
    ['memory', manifest?.limits.memory === undefined ? undefined : `${Math.round(manifest.limits.memory / 2 ** 20)} MiB`],
    ['processor time', processorTime(details)],
    ['deadline', manifest?.limits.timeout === undefined ? undefined : printDuration(manifest.limits.timeout)],
    ...Object.entries(manifest?.permissions ?? {}).map(([what, list]) => [`may ${what}`, permissions(list)] as const),
    ...details.health.map(({ name, status, note }) => [`check ${name}`, `${status}${note === undefined ? '' : `: ${note}`}`] as const),
  ]
  const rows = facts.flatMap(([name, value]) => (value === undefined || value === '' ? [] : [[`  ${name}`, oneLine(value)]]))
  const head = `${output.style('bold', `${oneLine(details.name)} ${oneLine(details.version)}`)}\n${oneLine(details.description)}`
  const parts = [...provided(details, output), ...policy(details, output), ...configuration(details, output), ...history(details, output)]
  return [head, textTable(rows), ...parts].join('\n')
}

function policy(details: SlotDetails, output: Output): readonly string[] {
  const rows = policyLines(details).map(([name, words]) => [`  ${name}`, oneLine(words)])
  return rows.length === 0 ? [] : [`\n${output.style('bold', 'policy')}`, textTable(rows)]
}

function processorTime({ cpu }: SlotDetails): string | undefined {
  if (cpu === undefined) return undefined
  return `${cpu.percent} % of one processor, ${cpu.by === 'nothing' ? 'not held here' : `held by ${cpu.by}`}`
}

function processes({ pids, instances }: SlotDetails): string {
  return instances === 1 ? pids.join(', ') : `${pids.join(', ') || 'none'} (${pids.length} of up to ${instances})`
}

/** Changes of its state that are shown; `--json` has more. */
const changes = 10

function history({ history: all }: SlotDetails, output: Output): readonly string[] {
  if (all.length === 0) return []
  const rows = all
    .slice(-changes)
    .map(({ time, state, cause, error }) => [
      `  ${time.replace('T', ' ').slice(0, 19)}`,
      state,
      error ? `${error.code}: ${oneLine(error.message)}` : oneLine(cause),
    ])
  return [`\n${output.style('bold', 'history')}`, textTable(rows, { width: output.terminal ? output.width : Infinity })]
}

function permissions(list: readonly Permission[]): string {
  return list.map(({ value, reason }) => (reason === undefined ? value : `${value} (${reason})`)).join(', ')
}

function provided({ slot, provides }: SlotDetails, output: Output): readonly string[] {
  return Object.entries(provides ?? {}).flatMap(([kind, byName]) =>
    Object.entries(byName ?? {}).map(([name, one]) => {
      const about = [one.title, one.description, one.experimental ? 'Experimental.' : undefined]
        .filter((text) => text !== undefined)
        .map(oneLine)
      const head = `\n${output.style('bold', oneLine(`${slot}.${kind}.${name}`))}${about.length > 0 ? `  ${about.join(' · ')}` : ''}`
      return [head, ...factsOf(one), ...inputsOf(one), ...schemaLines(one.params, 'param')].join('\n')
    }),
  )
}

function factsOf(one: Provided): readonly string[] {
  const facts: (readonly [string, string | undefined])[] = [
    ['draws', one.draws?.join(', ')],
    ['makes', one.from === undefined ? undefined : `${one.to} from ${one.from} (${one.extension})`],
    ['files', one.extensions?.join(', ')],
    ['can', one.can?.join(', ')],
    ['subjects', one.subjects?.join(', ')],
    ['adds', one.adds?.join(', ')],
    ['reference', one.reference],
  ]
  return facts.flatMap(([name, value]) => (value === undefined || value === '' ? [] : [`  ${name.padEnd(9)} ${oneLine(value)}`]))
}

function inputsOf({ inputs }: Provided): readonly string[] {
  return Object.entries(inputs ?? {}).map(([name, input]) => {
    const rows = [
      input.minRows === undefined ? '' : `at least ${input.minRows}`,
      input.maxRows === undefined ? '' : `at most ${input.maxRows}`,
    ]
    const count = rows.filter((text) => text !== '').join(', ')
    const roles = Object.entries(input.columns ?? {}).map(
      ([role, { type, optional, many, description }]) =>
        `\n    column ${oneLine(role)}: ${type}${many ? ', any number of them' : ''}${optional ? ', optional' : ''}${description === undefined ? '' : ` — ${oneLine(description)}`}`,
    )
    return `  input     ${oneLine(name)}${input.optional ? ' (optional)' : ''}${count === '' ? '' : `, ${count} rows`}${roles.join('')}`
  })
}

function configuration({ manifest }: SlotDetails, output: Output): readonly string[] {
  const lines = schemaLines(manifest?.configSchema, 'key')
  return lines.length === 0 ? [] : [`\n${output.style('bold', 'config')}`, ...lines]
}
