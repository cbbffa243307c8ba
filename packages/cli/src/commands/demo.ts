import { mkdir } from 'node:fs/promises'
import { basename, extname, join, relative, resolve } from 'node:path'
import type { Kernel } from '@cardcage/kernel'
import { PluginError } from '@cardcage/plugin'
import type { CommandContext, Run } from '../command.ts'
import { valueOf } from '../command.ts'
import { runFile } from '../demo/run-file.ts'
import type { FileRun } from '../demo/run-file.ts'
import type { Step } from '../demo/step.ts'
import { fileError } from '../file-error.ts'
import { builtinPlugins, exampleData } from '../locate.ts'
import { openKernel } from '../open-kernel.ts'
import { terminalPlot } from '../terminal-plot.ts'
import { oneLine, textTable } from '../text-table.ts'

/** Plugins the demo is made of. */
const needed = ['csv', 'moving-average', 'regression', 'plots'] as const

/** Run files through the built-in plugins and draw data and results over each other. */
export const run: Run = async (context, args, options) => {
  const given = args.filter((file) => file !== undefined)
  const files = given.length > 0 ? given : ['nile.csv', 'co2.csv'].map((file) => join(exampleData(), file))
  mustDiffer(files)
  const folder = resolve(valueOf(options, 'output') ?? 'figures')
  const kernel = await openKernel(context)
  mustHave(kernel, context)
  await mkdir(folder, { recursive: true }).catch((thrown: unknown) => {
    throw fileError(thrown, 'make', folder)
  })
  const steps: Step[] = []
  const runs: FileRun[] = []
  for (const file of files)
    runs.push(await runFile(file, { kernel, folder, signal: context.signal, onStep: (step) => void steps.push(step) }))
  if (context.output.json) {
    context.output.document({ steps, figures: runs.flatMap(({ figures }) => figures) })
    return
  }
  for (const one of runs) showFile(one, context)
  showSteps(steps, context)
  context.output.data(`\n${runs.flatMap(({ figures }) => figures.map((figure) => relative(process.cwd(), figure))).join('\n')}`)
}

/** Two files of one name would draw over each other's figures. @throws {PluginError} `conflict` */
function mustDiffer(files: readonly string[]): void {
  const stems = files.map((file) => basename(file, extname(file)))
  const twice = stems.findIndex((stem, at) => stems.indexOf(stem) !== at)
  if (twice < 0) return
  throw new PluginError(
    'conflict',
    `${files[stems.indexOf(stems[twice]!)]} and ${files[twice]} would both be drawn as ${stems[twice]}.svg`,
    { hint: 'Run the demo once for each.' },
  )
}

function mustHave(kernel: Kernel, { globals }: CommandContext): void {
  const slots = new Map(kernel.list().map((info) => [info.slot, info]))
  for (const name of needed) {
    const slot = slots.get(name)
    if (slot?.error !== undefined) throw slot.error
    if (slot !== undefined) continue
    const folders = [...(globals.builtin ? [builtinPlugins()] : []), ...globals.plugins]
    throw new PluginError(
      'not-found',
      `The demo needs the plugin ${name}, and ${folders.length > 0 ? `it is not in ${folders.join(', ')}` : 'no folder of plugins was given'}`,
      {
        hint: globals.builtin ? 'It is built in: install cardcage again.' : 'Leave out --no-builtin.',
        details: { plugin: name, folders },
      },
    )
  }
}

function showFile({ file, choice, x, y, findings, warnings }: FileRun, { output }: CommandContext): void {
  const missing = y.reduce((count, value) => count + (Number.isNaN(value) ? 1 : 0), 0)
  const gaps = missing === 0 ? '' : `, ${missing} missing (gaps, not zeros)`
  output.data(
    `${output.style('bold', `${oneLine(basename(file))}: ${oneLine(choice.y)} by ${oneLine(choice.x)}`)} (${y.length} rows${gaps})`,
  )
  const label = (value: number) => (choice.time ? new Date(value).toISOString().slice(0, 10) : String(Number(value.toPrecision(6))))
  output.data(terminalPlot(x, y, label, { width: Math.min(output.width, 80), height: 10 }))
  const scalars = Object.entries(findings).flatMap(([name, value]) =>
    typeof value === 'number' || typeof value === 'string' ? [[name, value] as const] : [],
  )
  output.data(
    `${scalars.map(([name, value]) => `${oneLine(name)} ${typeof value === 'number' ? Number(value.toPrecision(6)) : oneLine(value)}`).join(', ')}\n`,
  )
  for (const message of warnings) output.warn(oneLine(message))
}

function showSteps(steps: readonly Step[], { output }: CommandContext): void {
  const head = ['INPUT', 'PLUGIN', 'OPERATION', 'PROCESS', 'ISOLATION', 'ROWS', 'MS']
  const rows = steps.map(({ input, plugin, operation, pid, isolation, rows: count, duration }) =>
    [input, plugin, operation, pid === undefined ? 'host' : String(pid), isolation, String(count), duration.toFixed(1)].map(oneLine),
  )
  output.data(textTable([head, ...rows], { right: [5, 6] }))
}
