import { createKernel, loadConfig, places, printConfigProblem } from '@cardcage/kernel'
import type { Kernel, LoadedConfig, LogRecord } from '@cardcage/kernel'
import type { CommandContext } from './command.ts'
import { builtinPlugins } from './locate.ts'

/**
 * A kernel over the built-in plugins, every `--plugins` folder and what the configuration says; stopped when the command is over.
 *
 * @param home `create` where the command may write state: the workspace is then made in the working directory if there is none above it.
 *   `existing` leaves no trace: without a workspace the state goes to a temporary folder, as it always does with `none`.
 * @param more plugin folders of the command's own
 */
export async function openKernel(
  context: CommandContext,
  home: 'none' | 'existing' | 'create' = 'existing',
  more: readonly string[] = [],
): Promise<Kernel> {
  const { globals, output } = context
  const where = places(process.cwd())
  const builtIn = globals.builtin ? [builtinPlugins()] : []
  const config = readConfig(context)
  for (const problem of config.problems) if (problem.severity === 'warning') output.warn(printConfigProblem(problem))
  const kernel = await createKernel({
    config,
    plugins: [...builtIn, ...globals.plugins, ...more],
    builtIn,
    cache: where.cache,
    ...(home === 'create' || (home === 'existing' && where.homeExists) ? { home: where.home } : {}),
    ...(globals.verbose ? { onLog: (record: LogRecord) => output.talk(logLine(record)) } : {}),
  })
  context.defer(() => kernel.stop())
  context.signal.throwIfAborted()
  return kernel
}

/** The configuration of the command: the files of `--config`, or those that are found. */
export function readConfig({ globals }: CommandContext, files: readonly string[] = globals.config): LoadedConfig {
  return loadConfig({ cwd: process.cwd(), files })
}

function logLine({ level, slot, message, fields }: LogRecord): string {
  return [level.padEnd(5), slot ?? 'kernel', message, fields === undefined ? '' : JSON.stringify(fields)].join('  ').trimEnd()
}
