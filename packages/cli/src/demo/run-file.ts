import { basename, extname, join } from 'node:path'
import { fileSource } from '@cardcage/kernel'
import type { AnalysisResult, Answer, Kernel } from '@cardcage/kernel'
import { PluginError, table } from '@cardcage/plugin'
import type { Field, Json, Table } from '@cardcage/plugin'
import { joinTables } from '../join-tables.ts'
import { isReader } from '../call/rows.ts'
import { writeFileWhole } from '../write-file.ts'
import { asNumbers, chooseColumns } from './column-choice.ts'
import type { ColumnChoice } from './column-choice.ts'
import { stepOf } from './step.ts'
import type { Step } from './step.ts'

/** What became of one file. */
export interface FileRun {
  readonly file: string
  readonly choice: ColumnChoice
  /** The two columns; missing is NaN. */
  readonly x: Float64Array
  readonly y: Float64Array
  readonly findings: Readonly<Record<string, Json>>
  readonly figures: readonly string[]
  readonly warnings: readonly string[]
}

/** What a file is run with. */
export interface FileRunOptions {
  readonly kernel: Kernel
  /** Folder for the figures; it exists. */
  readonly folder: string
  readonly signal: AbortSignal
  /** Told every step when it is done. */
  readonly onStep: (step: Step) => void
}

/** A line a result adds to the figure: one value for each row, missing is NaN. */
interface Line {
  readonly title: string
  readonly values: Float64Array
}

/**
 * Read a file, average and fit its first column over another, and draw the three over each other, as SVG and as PNG. Every step is a plugin in its own
 * process.
 *
 * @throws {PluginError} what a step fails with, `invalid-data` where there are no two columns to draw
 */
export async function runFile(file: string, options: FileRunOptions): Promise<FileRun> {
  const { kernel, folder, signal, onStep } = options
  const name = basename(file)
  const read = await kernel.read(await fileSource(file), { signal })
  const parts: Table[] = []
  for await (const part of read.result) parts.push(part)
  const data = joinTables(read.result.schema, parts)
  onStep(stepOf(name, data.numRows, read))

  const choice = chooseColumns(data.schema, name)
  const pair = data.select(choice.x, choice.y)
  const averaged = await kernel.analyze('moving-average.analysis.moving_average', {
    signal,
    inputs: pair,
    columns: { time: choice.x, values: choice.y },
  })
  onStep(stepOf(name, pair.numRows, averaged))
  const fitted = await kernel.analyze('regression.analysis.custom_regression', {
    signal,
    inputs: pair,
    columns: { x: choice.x, y: choice.y },
  })
  onStep(stepOf(name, pair.numRows, fitted))

  const drawn = overlay(pair, choice, [averageOf(averaged, choice), fitOf(fitted, pair, choice)])
  const stem = basename(file, extname(file))
  const plot = { signal, inputs: drawn, columns: { x: choice.x, y: drawn.names.slice(1) } }
  const svg = await kernel.plot('plots.visualization.line', {
    ...plot,
    wish: { mediaType: 'image/svg+xml', title: `${choice.y} by ${choice.x}` },
  })
  onStep(stepOf(name, drawn.numRows, svg))
  const png = await kernel.exportFigure(svg.result, { mediaType: 'image/png', scale: 2 }, { signal })
  onStep(stepOf(name, drawn.numRows, png))
  const figures = [join(folder, `${stem}.svg`), join(folder, `${stem}.png`)]
  await writeFileWhole(figures[0]!, svg.result.body, signal)
  await writeFileWhole(figures[1]!, png.result.body, signal)

  const answers = [read, averaged, fitted, svg, png]
  return {
    file,
    choice,
    x: asNumbers(pair, choice.x),
    y: pair.numbers(choice.y),
    findings: { ...averaged.result.summary, ...fitted.result.summary },
    figures,
    warnings: answers.flatMap(({ warnings }) => warnings.map(({ message }) => message)),
  }
}

/** The moving average, one value for each row. */
function averageOf({ result }: Answer<AnalysisResult>, { y }: ColumnChoice): Line {
  const { field, values } = numbersOf(result, 'moving_average', y)
  return { title: field.metadata?.['title'] ?? 'moving average', values }
}

/** The fitted curve at each row: the fit leaves out rows that lack a value, so its values are found by their x. */
function fitOf({ result }: Answer<AnalysisResult>, pair: Table, choice: ColumnChoice): Line {
  const { field, values } = numbersOf(result, 'fit', 'fitted')
  const at = asNumbers(tableOf(result, 'fit'), 'x')
  const byX = new Map(Array.from(at, (x, row) => [x, values[row] ?? NaN]))
  return { title: field.metadata?.['title'] ?? 'fit', values: asNumbers(pair, choice.x).map((x) => byX.get(x) ?? NaN) }
}

function numbersOf(result: AnalysisResult, name: string, column: string): { field: Field; values: Float64Array } {
  const table = tableOf(result, name)
  return { field: table.column(column).field, values: table.numbers(column) }
}

function tableOf({ tables }: AnalysisResult, name: string): Table {
  const found = tables[name]
  if (found === undefined || isReader(found))
    throw new PluginError('invalid-data', `The result has no table "${name}"`, { origin: 'plugin' })
  return found
}

/** One table of x, the data and the lines over it. */
function overlay(pair: Table, { x, y }: ColumnChoice, lines: readonly Line[]): Table {
  const added = lines.map(({ title }): Field => ({ name: title, type: 'float64', nullable: true, metadata: { title } }))
  const values = lines.map((line) => [line.title, Array.from(line.values, (value) => (Number.isNaN(value) ? null : value))])
  const columns = { [x]: pair.column(x), [y]: pair.column(y), ...Object.fromEntries(values) } as Record<string, ArrayLike<unknown>>
  return table(columns, [...pair.schema, ...added]) as Table
}
