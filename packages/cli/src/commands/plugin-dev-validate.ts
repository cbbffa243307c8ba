import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { validatePlugin } from '@cardcage/kernel'
import type { Problem } from '@cardcage/kernel'
import { PluginError } from '@cardcage/plugin'
import type { CommandContext, Run } from '../command.ts'
import { fileError } from '../file-error.ts'
import { openKernel } from '../open-kernel.ts'
import type { Output } from '../output.ts'
import { oneLine } from '../text-table.ts'

/** Exit code where something was found. */
const found = 10

/** A line of the result; `code` is that of the error the plugin would fail with. */
type Finding = Omit<Problem, 'code'> & { readonly code: string }

/** Say everything that is wrong with a plugin; where its files are well, start it too. */
export const run: Run = async (context, [path = '']) => {
  const folder = resolve(path)
  await mustBeFolder(folder)
  const written = validatePlugin(folder).problems
  const broken = written.some(({ severity }) => severity === 'error')
  const findings: readonly Finding[] = broken ? written : [...written, ...(await start(context, folder))]
  const errors = findings.filter(({ severity }) => severity === 'error').length
  if (context.output.json) context.output.document({ path: folder, valid: errors === 0, started: !broken, problems: findings })
  else show(findings, folder, errors, broken, context.output)
  return errors > 0 ? found : 0
}

/** Start the plugin in a kernel and learn what it provides: what fails then is a finding. */
async function start(context: CommandContext, folder: string): Promise<readonly Finding[]> {
  const kernel = await openKernel(context, 'none', [folder])
  const slot = kernel.list().find((info) => resolve(info.path) === folder)
  if (slot === undefined) throw new PluginError('internal', `The kernel does not see the plugin in ${folder}`, { origin: 'kernel' })
  if (slot.error !== undefined) return [asFinding(slot.error, folder)]
  try {
    const { error } = await kernel.info(slot.slot)
    return error === undefined ? [] : [asFinding(error, folder)]
  } catch (thrown) {
    context.signal.throwIfAborted()
    return [asFinding(PluginError.from(thrown), folder)]
  }
}

function asFinding(error: PluginError, folder: string): Finding {
  return {
    file: folder,
    severity: 'error',
    code: error.code,
    message: error.message,
    fix: error.hint ?? `See \`cardcage explain ${error.code}\`.`,
  }
}

async function mustBeFolder(folder: string): Promise<void> {
  const there = await stat(folder).catch((thrown: unknown) => {
    throw fileError(thrown, 'validate', folder)
  })
  if (!there.isDirectory())
    throw new PluginError('invalid-call', `${folder} is not a folder`, {
      origin: 'caller',
      hint: 'Name the folder that holds the manifest.',
    })
}

function show(findings: readonly Finding[], folder: string, errors: number, broken: boolean, output: Output): void {
  for (const { file, line, key, severity, message, fix } of findings) {
    const where = `${file}${line === undefined ? '' : `:${line}`}${key === undefined ? '' : ` ${key}`}`
    output.data(
      `${output.style(severity === 'error' ? 'red' : 'yellow', severity)} ${oneLine(where)}\n  ${oneLine(message)}\n  ${output.style('dim', 'fix:')} ${oneLine(fix)}`,
    )
  }
  const warnings = findings.length - errors
  const count = [
    errors === 0 ? '' : `${errors} error${errors === 1 ? '' : 's'}`,
    warnings === 0 ? '' : `${warnings} warning${warnings === 1 ? '' : 's'}`,
  ]
  const said = count.filter((text) => text !== '').join(', ')
  output.talk(`${folder}: ${said === '' ? 'nothing is wrong' : said}${broken ? '; it was not started' : ''}`)
}
