import { resolve } from 'node:path'
import { escapeDollars, type Kernel } from '@cardcage/kernel'
import { valueOf, valuesOf, type CommandContext, type Run } from '../command.ts'
import { dataLines } from '../data-lines.ts'
import { openKernel } from '../open-kernel.ts'
import { originText } from '../origin-text.ts'
import { oneLine, textTable } from '../text-table.ts'
import { UsageError } from '../usage-error.ts'

/** Set, remove or show values of a plugin's config. What does not fit its schema is not written. Starts nothing. */
export const run: Run = async (context, [id = ''], options) => {
  const { output } = context
  const key = valueOf(options, 'key')
  const value = valueOf(options, 'value')
  const file = valueOf(options, 'configFile')
  const unset = valuesOf(options, 'unset')
  if ((key === undefined) !== (value === undefined))
    throw new UsageError(
      `${key === undefined ? '--value' : '--key'} was given without ${key === undefined ? '--key' : '--value'}`,
      'Give both: --key KEY --value VALUE.',
    )
  const changes = key !== undefined || file !== undefined || unset.length > 0
  const where = options['user'] === true ? 'user' : 'workspace'
  const kernel = await openKernel(context, changes && where === 'workspace' ? 'create' : 'existing')
  if (!changes) return show(id, kernel, context)
  const text = value === '-' ? escapeDollars(await fromStdin()) : value
  const done = kernel.configure(id, {
    where,
    ...(file === undefined ? {} : { file: resolve(file) }),
    ...(key === undefined || text === undefined ? {} : { set: [{ key, text }] }),
    unset,
  })
  for (const warning of done.warnings) output.warn(oneLine(warning))
  if (options['show'] === true) return show(id, kernel, context)
  if (output.json) return output.document(done)
  return output.data([`${done.file} says now:`, ...dataLines(done.config, '  ')].join('\n'))
}

function show(id: string, kernel: Kernel, { output, globals }: CommandContext): void {
  const details = kernel.configOf(id)
  if (globals.json) return output.document(details)
  const rows = details.values.map(({ key, value, origin }) => [oneLine(key), oneLine(JSON.stringify(value)), ...originText(origin)])
  output.data(rows.length === 0 ? `${details.slot} has no config.` : textTable([['KEY', 'VALUE', 'FROM', ''], ...rows]))
  for (const { severity, key, message } of details.problems) if (severity === 'error') output.warn(oneLine(`${key ?? ''}: ${message}`))
}

/** All of stdin without the line end an editor or `echo` puts behind it. */
async function fromStdin(): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
    .toString('utf8')
    .replace(/\r?\n$/, '')
}
