import { accessSync, constants, existsSync } from 'node:fs'
import { dirname, resolve, sep } from 'node:path'
import { places } from '@cardcage/kernel'
import type { AnalysisResult, Kernel } from '@cardcage/kernel'
import { PluginError, table } from '@cardcage/plugin'
import type { Table } from '@cardcage/plugin'
import type { CommandContext, Run } from '../command.ts'
import { builtinPlugins, ownVersion } from '../locate.ts'
import { openKernel } from '../open-kernel.ts'
import { textTable } from '../text-table.ts'

/** Exit code where something is broken. */
const broken = 10

/** What was looked at; `fix` where it is not well. */
interface Check {
  readonly name: string
  readonly status: 'pass' | 'warn' | 'fail'
  readonly note: string
  readonly fix?: string
}

/** Check that everything Cardcage needs is there and works. */
export const run: Run = async (context) => {
  const checks = [node(), platform(), ...folders(), ...(await plugins(context))]
  const failed = checks.some(({ status }) => status === 'fail')
  const { output } = context
  if (output.json) output.document({ version: ownVersion(), ok: !failed, checks })
  else {
    const colour = { pass: 'green', warn: 'yellow', fail: 'red' } as const
    output.data(textTable(checks.map(({ name, status, note }) => [output.style(colour[status], status), name, note])))
    for (const { name, fix } of checks) if (fix !== undefined) output.talk(`${name}: ${fix}`)
  }
  return failed ? broken : 0
}

function node(): Check {
  const note = `${process.version}, ${process.execPath}`
  if (Number.parseInt(process.versions.node, 10) >= 26) return { name: 'node', status: 'pass', note }
  return {
    name: 'node',
    status: 'fail',
    note,
    fix: 'Install Node 26, or install cardcage with its optional dependencies, which bring it along.',
  }
}

function platform(): Check {
  const note = `${process.platform} ${process.arch}`
  if (process.platform === 'linux') return { name: 'platform', status: 'pass', note }
  return { name: 'platform', status: 'warn', note, fix: 'Only Linux is tested.' }
}

function folders(): readonly Check[] {
  const { home, homeExists, cache } = places(process.cwd())
  return [writable('cache', cache, ''), writable('workspace', home, homeExists ? '' : ' (made by the first command that writes)')]
}

/** May this folder be written, or the nearest above it that exists? */
function writable(name: string, folder: string, more: string): Check {
  let there = folder
  while (!existsSync(there)) there = dirname(there)
  try {
    accessSync(there, constants.W_OK | constants.X_OK)
    return { name, status: 'pass', note: `${folder}${more}` }
  } catch {
    return {
      name,
      status: 'fail',
      note: `${there} may not be written`,
      fix: 'Change its permissions, or name another place with CARDCAGE_HOME.',
    }
  }
}

async function plugins(context: CommandContext): Promise<readonly Check[]> {
  try {
    const kernel = await openKernel(context)
    return [builtins(kernel), ...(await roundTrip(kernel, context.signal))]
  } catch (thrown) {
    context.signal.throwIfAborted()
    return [failure('kernel', thrown)]
  }
}

function builtins(kernel: Kernel): Check {
  const root = resolve(builtinPlugins())
  const own = kernel.list().filter(({ path }) => resolve(path).startsWith(root + sep))
  const failed = own.filter(({ error }) => error !== undefined)
  const names = own.map(({ id }) => id).join(', ')
  if (own.length === 0)
    return {
      name: 'built-in plugins',
      status: 'fail',
      note: `none in ${root}`,
      fix: 'Install cardcage again; with --no-builtin this is as wished.',
    }
  if (failed.length === 0) return { name: 'built-in plugins', status: 'pass', note: `${own.length}: ${names}` }
  return {
    name: 'built-in plugins',
    status: 'fail',
    note: failed.map(({ id, error }) => `${id}: ${error?.message}`).join('; '),
    fix: 'See `cardcage plugin list`.',
  }
}

/** One call of a plugin in its own process, and what its process tells of isolation. */
async function roundTrip(kernel: Kernel, signal: AbortSignal): Promise<readonly Check[]> {
  try {
    const given = [1, 2, 3, 4]
    const { slot, kind, name } = await kernel.resolve('moving_average', 'analysis')
    const { result, metadata } = await kernel.analyze(`${slot}.${kind}.${name}`, {
      inputs: table({ value: given }),
      params: { window_size: 2 },
      signal,
    })
    const got = numbersOf(result)
    if (String(got) !== '1.5,2.5,3.5')
      throw new PluginError('internal', `moving_average of ${given.join()} gave ${got.join()}`, { origin: 'plugin' })
    const { diesWithHost } = await kernel.info(slot)
    return [
      {
        name: 'round trip',
        status: 'pass',
        note: `${slot}@${metadata.version}, process ${metadata.pid ?? 'none'}, ${Math.round(metadata.duration)} ms`,
      },
      isolation(metadata.isolation),
      diesWithHost === undefined
        ? { name: 'dies with host', status: 'warn', note: 'unknown', fix: 'Install setpriv (util-linux).' }
        : { name: 'dies with host', status: 'pass', note: diesWithHost },
    ]
  } catch (thrown) {
    signal.throwIfAborted()
    return [failure('round trip', thrown)]
  }
}

/** The numbers of the last column, without the missing ones of the beginning. */
function numbersOf({ tables }: AnalysisResult): readonly number[] {
  const first = Object.values(tables)[0] as Table | undefined
  const name = first?.names.at(-1)
  if (first === undefined || name === undefined) return []
  return [...first.numbers(name)].filter((value) => !Number.isNaN(value))
}

function isolation(level: string): Check {
  if (level !== 'L0') return { name: 'isolation', status: 'pass', note: `${level}: each plugin in its own process` }
  return { name: 'isolation', status: 'warn', note: 'L0: plugins run in the host', fix: 'Only what the operator trusts should run so.' }
}

function failure(name: string, thrown: unknown): Check {
  const { message, code, hint } = PluginError.from(thrown)
  return { name, status: 'fail', note: message, fix: hint ?? `See \`cardcage explain ${code}\`.` }
}
