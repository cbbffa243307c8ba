import type { Answer } from '@cardcage/kernel'
import { oneLine } from '../text-table.ts'
import type { CallRequest } from './request.ts'

/** Print the answer of a call: the document under `--json`, else what `forPeople` prints, with warnings and who answered on stderr. */
export function tellAnswer(
  request: CallRequest,
  answer: Omit<Answer<unknown>, 'result'>,
  result: unknown,
  forPeople: () => void,
  output?: string | readonly string[],
): void {
  const to = request.context.output
  const { metadata } = answer
  const warnings = [...request.reads, answer].flatMap((one) => one.warnings)
  if (to.json) return to.document({ result, warnings, metadata, ...(output === undefined ? {} : { output }) })
  forPeople()
  for (const { message } of warnings) to.warn(oneLine(message))
  const { plugin, version, isolation, pid, duration } = metadata
  const who = `${plugin}@${version}, ${isolation}${pid === undefined ? '' : `, process ${pid}`}, ${Math.round(duration)} ms`
  to.talk(to.styleTalk('dim', who))
}
