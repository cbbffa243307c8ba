import { PluginError, type Subject } from '@cardcage/plugin'
import { validate } from '../config/validate.ts'
import type { Answer, CallOptions, Enriched } from './request.ts'
import { expectObject, type Target } from './answer.ts'
import { callTarget } from './call-target.ts'
import { keepEnriched } from './keep.ts'

/** Ask one enricher for facts of a subject; `null` means unknown. Stamped with source and time. */
export async function enrich(target: Target, subject: Subject, options: CallOptions): Promise<Answer<Enriched | null>> {
  const { provided, slot } = target
  if (typeof subject?.type !== 'string' || typeof subject.id !== 'string' || subject.id === '') {
    throw new PluginError('invalid-call', 'A subject is {type, id}, both text and not empty')
  }
  if (!provided.subjects?.includes(subject.type)) {
    throw new PluginError('invalid-call', `${target.name} knows nothing about the subject type '${subject.type}'`, {
      hint: `It knows ${provided.subjects?.join(', ') || 'none'}.`,
    })
  }
  return await callTarget(
    target,
    'enrich',
    options,
    { args: { subject: { type: subject.type, id: subject.id } } },
    (called): Answer<Enriched | null> => {
      if (called.value === null) return called.answer(null)
      const { data, confidence = 1, ttl } = expectObject(called.value, 'an enrichment')
      const facts = expectObject(data ?? null, 'an enrichment without `data`')
      if (typeof confidence !== 'number' || !(confidence >= 0 && confidence <= 1))
        throw broken(`its confidence is ${JSON.stringify(confidence)}, not 0 to 1`)
      if (ttl !== undefined && (typeof ttl !== 'number' || !(ttl >= 0))) throw broken(`its ttl is ${JSON.stringify(ttl)}, not milliseconds`)
      const { problems } = provided.data ? validate(provided.data, facts) : { problems: [] }
      if (problems.length > 0) throw broken(problems.map(({ message }) => message).join('; '))
      return called.answer({
        data: facts,
        confidence,
        ...(ttl === undefined ? {} : { ttl }),
        source: slot.parts.manifest.id,
        time: new Date().toISOString(),
      })
    },
    { keep: keepEnriched },
  )
}

function broken(what: string): PluginError {
  return new PluginError('invalid-data', `The enrichment was refused: ${what}`, { origin: 'plugin' })
}
