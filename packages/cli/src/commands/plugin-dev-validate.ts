import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { validatePlugin } from '@cardcage/kernel'
import type { Problem, Provided, ProvidedByKind } from '@cardcage/kernel'
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
  const { problems: written, file } = validatePlugin(folder)
  const broken = written.some(({ severity }) => severity === 'error')
  const findings: readonly Finding[] = broken ? written : [...written, ...(await start(context, folder, file))]
  const errors = findings.filter(({ severity }) => severity === 'error').length
  if (context.output.json) context.output.document({ path: folder, valid: errors === 0, started: !broken, problems: findings })
  else show(findings, folder, errors, broken, context.output)
  return errors > 0 ? found : 0
}

/** Start the plugin in a kernel and learn what it provides: what fails then, or differs from its manifest, is a finding. */
async function start(context: CommandContext, folder: string, file: string): Promise<readonly Finding[]> {
  const kernel = await openKernel(context, 'none', [folder])
  const slot = kernel.list().find((info) => resolve(info.path) === folder)
  if (slot === undefined) throw new PluginError('internal', `The kernel does not see the plugin in ${folder}`, { origin: 'kernel' })
  if (slot.error !== undefined) return [asFinding(slot.error, folder)]
  try {
    const { manifest, provides } = await kernel.start(slot.slot)
    return manifest?.provides === undefined ? [] : stale(manifest.provides, provides ?? {}, file)
  } catch (thrown) {
    context.signal.throwIfAborted()
    return [asFinding(PluginError.from(thrown), folder)]
  }
}

/** Where the manifest says something else than the code; what it leaves out is learnt from the code. */
function stale(written: ProvidedByKind, provided: ProvidedByKind, file: string): readonly Finding[] {
  const fix = 'Write what the code says, or leave "provides" out: it is then learnt from the plugin.'
  const note = (key: string, message: string): Finding => ({ file, key, severity: 'error', code: 'invalid-manifest', message, fix })
  const [recorded, real] = [flat(written), flat(provided)]
  return [
    ...[...real.keys()]
      .filter((key) => !recorded.has(key))
      .map((key) => note(key, 'the plugin provides this and the manifest does not say so')),
    ...[...recorded].flatMap(([key, one]) => {
      const other = real.get(key)
      if (other === undefined) return [note(key, 'the manifest says this is provided and the plugin does not provide it')]
      const differing = Object.entries(one).filter(([name, value]) => !isDeepStrictEqual(value, other[name as keyof Provided]))
      return differing.map(([name]) => note(`${key}.${name}`, 'the manifest says something else than the plugin'))
    }),
  ]
}

/** Everything provided by its key in the manifest: `provides.analysis.scale`. */
function flat(provides: ProvidedByKind): ReadonlyMap<string, Provided> {
  return new Map(
    Object.entries(provides).flatMap(([kind, byName]) => Object.entries(byName).map(([name, one]) => [`provides.${kind}.${name}`, one])),
  )
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
