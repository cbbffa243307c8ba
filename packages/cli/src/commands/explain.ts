import { errorCauses, errorTable, PluginError } from '@cardcage/plugin'
import type { ErrorEntry } from '@cardcage/plugin'
import type { Run } from '../command.ts'
import { nearest } from '../nearest.ts'
import type { Output } from '../output.ts'
import { textTable } from '../text-table.ts'
import { usageEntry } from '../usage-error.ts'

type Entry = Pick<ErrorEntry, 'exit' | 'retryable' | 'meaning' | 'hint'> & Partial<ErrorEntry>

const entries: ReadonlyMap<string, Entry> = new Map<string, Entry>([...Object.entries(errorTable), ['usage', usageEntry]])
const causes: ReadonlyMap<string, string> = new Map(Object.entries(errorCauses))

/** Explain one error code, alias or cause, or list them all. */
export const run: Run = async ({ output }, [wanted]) => {
  if (wanted === undefined) return listAll(output)
  const [code, entry] = find(wanted)
  if (entry !== undefined) return explainCode(output, code, entry)
  const meaning = causes.get(wanted)
  if (meaning !== undefined) return explainCause(output, wanted, meaning)
  const names = [...entries.keys(), ...causes.keys(), ...aliases()]
  const near = nearest(wanted, names)
  throw new PluginError('not-found', `There is no error code "${wanted}"`, {
    origin: 'caller',
    hint: near.length > 0 ? `Did you mean ${near.join(', ')}?` : 'Run `cardcage explain` for all of them.',
    details: { nearest: near },
  })
}

function find(wanted: string): readonly [code: string, entry: Entry | undefined] {
  const code = [...entries].find(([name, { aliases: known }]) => name === wanted || known?.includes(wanted))?.[0] ?? wanted
  return [code, entries.get(code)]
}

function aliases(): readonly string[] {
  return [...entries.values()].flatMap((entry) => entry.aliases ?? [])
}

function explainCode(output: Output, code: string, entry: Entry): void {
  if (output.json) return output.document({ code, aliases: [], ...entry })
  const rows = [
    ['to do', entry.hint],
    ['exit code', String(entry.exit)],
    ...(entry.http === undefined ? [] : [['HTTP status', String(entry.http)]]),
    ['retry', entry.retryable ? 'the same call may succeed later' : 'the same call fails again'],
    ...(entry.origin === undefined ? [] : [['usually by', entry.origin]]),
    ...(entry.aliases?.length ? [['also called', entry.aliases.join(', ')]] : []),
  ]
  output.data(`${output.style('bold', code)}\n${entry.meaning}\n\n${textTable(rows)}`)
}

function explainCause(output: Output, cause: string, meaning: string): void {
  if (output.json) return output.document({ cause, meaning })
  output.data(`${output.style('bold', cause)} (a cause in \`details.cause\` of an error)\n${meaning}`)
}

function listAll(output: Output): void {
  if (output.json) {
    const codes = [...entries].map(([code, entry]) => ({ code, aliases: [], ...entry }))
    return output.document({ codes, causes: [...causes].map(([cause, meaning]) => ({ cause, meaning })) })
  }
  const codes = [...entries].map(([code, entry]) => [code, String(entry.exit), entry.meaning])
  const width = output.terminal ? output.width : Infinity
  output.data(`${output.style('bold', 'Codes, with their exit codes')}\n${textTable(codes, { right: [1], width })}\n`)
  output.data(
    `${output.style('bold', 'Causes')}\n${textTable(
      [...causes].map(([cause, meaning]) => [cause, meaning]),
      { width },
    )}`,
  )
}
