import { PluginError } from '@cardcage/plugin'
import type { Run } from '../command.ts'
import { causes, explained, find } from '../explain/find.ts'
import type { Explained, Found } from '../explain/find.ts'
import type { Output } from '../output.ts'
import { textTable } from '../text-table.ts'

/** Explain an error code, a guide’s name of it, a cause or an exit code, or list them all. */
export const run: Run = async ({ output }, [wanted]) => {
  if (wanted === undefined) return listAll(output)
  const found = find(wanted)
  switch (found.as) {
    case 'code':
      return output.json ? output.document(found.code) : output.data(explainCode(found.code, output))
    case 'cause':
      return explainCause(output, found)
    case 'other':
      return output.json ? output.document({ exit: found.exit, meaning: found.meaning }) : output.data(found.meaning)
    case 'nothing':
      throw unknown(wanted, found.nearest)
    default:
      return explainSeveral(output, wanted, found)
  }
}

function unknown(wanted: string, near: readonly string[]): PluginError {
  const exits = [...new Set(explained.map(({ exit }) => exit))].toSorted((a, b) => a - b)
  const all = /^\d+$/.test(wanted) ? `The exit codes of errors are ${exits.join(', ')}.` : 'Run `cardcage explain` for all of them.'
  return new PluginError('not-found', `There is no error code "${wanted}"`, {
    origin: 'caller',
    hint: near.length > 0 ? `Did you mean ${near.join(', ')}?` : all,
    details: { nearest: near },
  })
}

function explainSeveral(output: Output, wanted: string, { as, codes }: Extract<Found, { as: 'alias' | 'exit' | 'http' }>): void {
  if (output.json) return output.document({ [as]: as === 'alias' ? wanted : Number(wanted), codes })
  const what = { alias: `“${wanted}” is`, exit: `Exit code ${wanted} is of`, http: `HTTP status ${wanted} is of` }[as]
  const head = `${what} ${codes.length === 1 ? 'one code' : `any of ${codes.length} codes`}`
  output.data(`${output.style('bold', head)}\n${table(codes, output)}\n\n\`cardcage explain CODE\` says more of one.`)
}

function explainCode(entry: Explained, output: Output): string {
  const { code, meaning, hint, exit, http, retryable, origin, aliases, example } = entry
  const facts = [
    ['to do', hint],
    ['exit code', String(exit)],
    ...(http === undefined ? [] : [['HTTP status', String(http)]]),
    ['retry', retryable ? 'the same call may succeed later' : 'the same call fails again'],
    ['usually by', origin],
    ...(aliases.length === 0 ? [] : [['also called', aliases.join(', ')]]),
  ]
  const files = Object.entries(example.files ?? {}).map(([path, text]) => `${output.style('dim', path)}\n${indented(text.trimEnd())}`)
  return [
    `${output.style('bold', code)}\n${meaning}`,
    textTable(facts),
    `${output.style('bold', 'Usually because')}\n${entry.causes.map((cause) => `  - ${cause}`).join('\n')}`,
    `${output.style('bold', 'What to do')}\n${entry.fix.map((step, i) => `  ${i + 1}. ${step}`).join('\n')}`,
    output.style('bold', 'Example'),
    ...files,
    `${output.style('dim', '$')} ${example.command}\n${example.prints}`,
  ].join('\n\n')
}

function indented(text: string): string {
  return text.replace(/^(?=.)/gm, '  ')
}

function explainCause(output: Output, { cause, meaning }: { readonly cause: string; readonly meaning: string }): void {
  if (output.json) return output.document({ cause, meaning })
  output.data(`${output.style('bold', cause)} (a cause in \`details.cause\` of an error)\n${meaning}`)
}

function listAll(output: Output): void {
  if (output.json) return output.document({ codes: explained, causes: causes.map(([cause, meaning]) => ({ cause, meaning })) })
  output.data(`${output.style('bold', 'Codes, with their exit codes')}\n${table(explained, output)}\n`)
  const width = output.terminal ? output.width : Infinity
  output.data(`${output.style('bold', 'Causes')}\n${textTable(causes, { width })}`)
}

function table(codes: readonly Explained[], output: Output): string {
  const rows = codes.map(({ code, exit, meaning }) => [code, String(exit), meaning])
  return textTable(rows, { right: [1], width: output.terminal ? output.width : Infinity })
}
