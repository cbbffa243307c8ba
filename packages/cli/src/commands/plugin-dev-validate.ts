import { realpath, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { createKernel, places, type SlotDetails, validatePlugin } from '@cardcage/kernel'
import { PluginError } from '@cardcage/plugin'
import type { CommandContext, OptionValues, Run } from '../command.ts'
import { valueOf } from '../command.ts'
import { fileError } from '../file-error.ts'
import { asFinding, countOf } from '../findings/finding.ts'
import type { Finding, Findings } from '../findings/finding.ts'
import { githubCommands } from '../findings/github.ts'
import { differingProvides } from '../findings/provides.ts'
import { sarifLog } from '../findings/sarif.ts'
import { showFindings } from '../findings/text.ts'
import { builtinPlugins, ownVersion } from '../locate.ts'
import { readConfig } from '../open-kernel.ts'
import type { Output } from '../output.ts'
import { UsageError } from '../usage-error.ts'

/** Exit code where an error was found. */
const found = 10

/** Say everything that is wrong with a plugin; where its files are well, start it too. */
export const run: Run = async (context, [path = ''], options) => {
  const { globals, output } = context
  const format = formatOf(options, output)
  const folder = resolve(path)
  await mustBePlugin(folder)
  const beside = [...(globals.builtin ? [builtinPlugins()] : []), ...globals.plugins.map((each) => resolve(each))]
  const looked = validatePlugin(folder, { beside })
  const broken = countOf(looked.problems, 'error') > 0
  const seen: Findings =
    broken || options['static'] === true
      ? { folder, findings: looked.problems, started: false, notStarted: broken ? 'it has errors' : 'only its files were looked at' }
      : await start(context, folder, looked)
  tell(seen, format, output)
  return countOf(seen.findings, 'error') > 0 ? found : 0
}

type Format = 'text' | 'json' | 'github' | 'sarif'

/** @throws UsageError where `--json` and `--format` say two things */
function formatOf(options: OptionValues, output: Output): Format {
  const format = valueOf(options, 'format') as Format | undefined
  if (output.json && format !== undefined && format !== 'json')
    throw new UsageError(`--json and --format ${format} are two formats`, 'Give one of them.')
  return format ?? (output.json ? 'json' : 'text')
}

function tell(seen: Findings, format: Format, output: Output): void {
  const { folder, findings, started, notStarted } = seen
  if (format === 'text') return showFindings(seen, output)
  if (format === 'sarif') return output.document(sarifLog(findings, process.cwd(), ownVersion()))
  if (format === 'github') return findings.length === 0 ? undefined : output.data(githubCommands(findings, process.cwd()))
  const reason = notStarted === undefined ? {} : { notStarted }
  output.document({ path: folder, valid: countOf(findings, 'error') === 0, started, ...reason, problems: findings })
}

/**
 * Start the plugin in a kernel with those it depends on, and learn what it provides: what fails then, or differs from its manifest, is a finding. A plugin whose
 * config lacks values only its operator has is not broken.
 * Nothing this machine is configured with has a part in it, except what `--config` names.
 */
async function start(context: CommandContext, folder: string, looked: ReturnType<typeof validatePlugin>): Promise<Findings> {
  const { problems, file, needed } = looked
  const seen = (more: readonly Finding[]): Findings => ({ folder, findings: [...problems, ...more], started: true })
  const failed = (error: unknown): Findings => {
    const notStarted = PluginError.from(error).code === 'invalid-config' ? whyWithoutConfig(context, looked, error) : undefined
    return notStarted === undefined ? seen([asFinding(error, folder)]) : { folder, findings: problems, started: false, notStarted }
  }
  const kernel = await createKernel({
    plugins: [...needed, folder],
    cache: places(process.cwd()).cache,
    ...(context.globals.config.length > 0 ? { config: readConfig(context) } : {}),
  })
  context.defer(() => kernel.stop())
  context.signal.throwIfAborted()
  const homes = [await realpath(folder), dirname(await realpath(folder))]
  const slot = kernel.list().find(({ id, path }) => id === looked.manifest?.id && homes.includes(path))
  if (slot === undefined) throw new PluginError('internal', `The kernel does not see the plugin in ${folder}`, { origin: 'kernel' })
  if (slot.error !== undefined) return failed(slot.error)
  try {
    const { manifest, provides, log } = await kernel.start(slot.slot)
    const differing = manifest?.provides === undefined ? [] : differingProvides(manifest.provides, provides ?? {}, file)
    return seen([...differing, ...warningsOf(log, file)])
  } catch (thrown) {
    context.signal.throwIfAborted()
    return failed(thrown)
  }
}

/** Why a plugin that refused its config is not broken: only its operator has the values. `undefined` where it is. */
function whyWithoutConfig(
  { globals }: CommandContext,
  { lacking, manifest }: ReturnType<typeof validatePlugin>,
  error: unknown,
): string | undefined {
  if (lacking.length > 0) return `its config lacks ${lacking.join(', ')}, which ${lacking.length === 1 ? 'has' : 'have'} no default`
  const isBare = manifest?.configSchema === undefined && manifest?.config === undefined && globals.config.length === 0
  return isBare ? `it needs a config, which --config can give: ${PluginError.from(error).message}` : undefined
}

/** What was logged as a warning or an error while the plugin started. */
function warningsOf(log: SlotDetails['log'], file: string): readonly Finding[] {
  const lines = log.filter(({ level }) => level === 'warn' || level === 'error')
  return lines.map(({ message, fields }) => ({
    file,
    severity: 'warning',
    code: 'internal',
    message: `logged while it started: ${message}`,
    fix: typeof fields?.['hint'] === 'string' ? fields['hint'] : 'Correct what it is about.',
  }))
}

async function mustBePlugin(folder: string): Promise<void> {
  const there = await stat(folder).catch((thrown: unknown) => {
    throw fileError(thrown, 'validate', folder)
  })
  if (!there.isDirectory() && !/\.[cm]?[jt]s$/.test(folder))
    throw new PluginError('invalid-call', `${folder} is neither a folder nor a module`, {
      origin: 'caller',
      hint: 'Name the folder that holds the manifest, or a module that is a plugin by itself.',
    })
}
