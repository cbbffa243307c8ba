import { checkConfig, places } from '@cardcage/kernel'
import type { ConfigProblem, LoadedConfig } from '@cardcage/kernel'
import type { Run } from '../command.ts'
import { builtinPlugins } from '../locate.ts'
import { readConfig } from '../open-kernel.ts'
import type { Output } from '../output.ts'
import { oneLine } from '../text-table.ts'

/** Say everything that is wrong with the configuration, its files and the config of every slot, at once. Starts nothing. */
export const run: Run = async (context, files) => {
  const { output, globals } = context
  const named = files.filter((file) => file !== undefined)
  const config = readConfig(context, named.length > 0 ? named : globals.config)
  const builtIn = globals.builtin ? [builtinPlugins()] : []
  const problems = checkConfig(config, { plugins: [...builtIn, ...globals.plugins], builtIn, cache: places(process.cwd()).cache })
  const errors = problems.filter(({ severity }) => severity === 'error').length
  const read = config.sources.map(({ file }) => file)
  if (output.json) output.document({ files: read, problems, errors, warnings: problems.length - errors })
  else show(problems, config, errors, output)
  return errors > 0 ? 3 : 0
}

function show(problems: readonly ConfigProblem[], { sources }: LoadedConfig, errors: number, output: Output): void {
  for (const { file, line, key, severity, message, fix } of problems) {
    const where = `${file}${line === undefined ? '' : `:${line}`}${key === undefined ? '' : ` ${key}`}`
    output.data(
      `${output.style(severity === 'error' ? 'red' : 'yellow', severity)} ${oneLine(where)}\n  ${oneLine(message)}\n  ${output.style('dim', 'fix:')} ${oneLine(fix)}`,
    )
  }
  const warnings = problems.length - errors
  const count = (number: number, word: string) => (number === 0 ? [] : [`${number} ${word}${number === 1 ? '' : 's'}`])
  const said = [...count(errors, 'error'), ...count(warnings, 'warning')].join(', ') || 'nothing is wrong'
  output.talk(`${sources.length === 0 ? 'no file was read' : sources.map(({ file }) => file).join(', ')}: ${said}`)
}
