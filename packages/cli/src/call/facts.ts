import type { Delivery, Metadata } from '@cardcage/kernel'
import { PluginError } from '@cardcage/plugin'
import type { Event, Json } from '@cardcage/plugin'
import { valuesOf } from '../command.ts'
import { bytesOf, parseInput } from '../inputs.ts'
import { parseJson } from '../json-table.ts'
import { textOf } from '../stdin-source.ts'
import { oneLine, textTable } from '../text-table.ts'
import { tellAnswer } from './answer.ts'
import type { CallRequest } from './request.ts'

/** Ask an enrichment about the subject in `--input`. */
export async function callEnrichment(request: CallRequest): Promise<void> {
  const { kernel, full, call, context, provided } = request
  const example = `--input '{"type":"${provided.subjects?.[0] ?? 'user'}","id":"u1"}'`
  const { type, id } = await jsonInput(request, example)
  if (typeof type !== 'string' || typeof id !== 'string') throw misshapen('A subject is {"type": text, "id": text}', example)
  const answer = await kernel.enrich(full, { type, id }, call)
  const found = answer.result
  tellAnswer(request, answer, found, () => {
    if (found === null) return context.output.talk(`Nothing is known of ${oneLine(type)} ${oneLine(id)}.`)
    const rows = Object.entries(found.data).map(([name, value]) => [
      oneLine(name),
      oneLine(typeof value === 'string' ? value : JSON.stringify(value)),
    ])
    context.output.data(textTable([...rows, ['confidence', String(found.confidence)], ['source', oneLine(found.source)]]))
  })
}

/** Publish the event in `--input`; fails where the handler called does. What the handlers emit is shown too. */
export async function callHandler(request: CallRequest): Promise<void> {
  const { kernel, address, context, call } = request
  const example = `--input '{"type":"${address.name.replaceAll('*', 'x')}","data":{}}'`
  const given = await jsonInput(request, example)
  const { type = address.name, data, ...rest } = given
  if (typeof type !== 'string' || type.includes('*') || data === undefined)
    throw misshapen('An event is {"type": text, "data": JSON}', example)
  const emitted: Event[] = []
  context.defer(kernel.onEvent('**', (event) => emitted.push(event)))
  const { event, deliveries } = await kernel.publish({ ...attributes(rest, example), type, data }, call)
  const own = deliveries.find(({ slot, pattern }) => slot === address.slot && pattern === address.name)
  if (own === undefined) throw unmatched(request, type)
  if (own.error !== undefined) throw own.error
  const caused = emitted.filter(({ id, correlation }) => id !== event.id && correlation === event.correlation)
  tellAnswer(
    request,
    { warnings: [], metadata: metadataOf(own) },
    { event, deliveries: deliveries.map(asDocument), emitted: caused },
    () => {
      for (const { slot, pattern, error } of deliveries)
        context.output.data(`${slot}.handler.${pattern}  ${error === undefined ? 'done' : `failed: ${error.message}`}`)
      for (const { type: name, data: what } of caused) context.output.data(`emitted ${oneLine(name)} ${JSON.stringify(what)}`)
    },
  )
}

async function jsonInput({ options, full }: CallRequest, example: string): Promise<Readonly<Record<string, Json>>> {
  const [given, ...others] = valuesOf(options, 'input')
  if (given === undefined || others.length > 0) throw misshapen(`${full} takes one --input`, example)
  const spec = parseInput(given, [])
  const text = spec.from === 'json' ? spec.text : await textOf(await bytesOf(spec))
  const value = parseJson(text, '--input')
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw misshapen('--input is no JSON object', example)
  return value as Readonly<Record<string, Json>>
}

/** The other attributes an event may carry, checked. */
function attributes(
  rest: Readonly<Record<string, Json>>,
  example: string,
): { subject?: string; source?: string; correlation?: string; id?: string; time?: Date } {
  const known = ['subject', 'source', 'correlation', 'id', 'time']
  for (const [name, value] of Object.entries(rest)) {
    if (!known.includes(name)) throw misshapen(`An event has no "${name}"; it has type, data, ${known.join(', ')}`, example)
    if (typeof value !== 'string') throw misshapen(`"${name}" of the event is not a text`, example)
  }
  const { time, ...texts } = rest as Readonly<Record<string, string>>
  if (time === undefined) return texts
  if (Number.isNaN(Date.parse(time))) throw misshapen(`"${time}" is not a time in ISO 8601`, example)
  return { ...texts, time: new Date(time) }
}

function metadataOf({ metadata }: Delivery): Metadata {
  if (metadata === undefined)
    throw new PluginError('internal', 'The handler was called and nobody knows by which process', { origin: 'kernel' })
  return metadata
}

function asDocument({ slot, pattern, error }: Delivery) {
  return { slot, pattern, ...(error === undefined ? {} : { error: error.toJSON() }) }
}

function unmatched({ full, address }: CallRequest, type: string): PluginError {
  return new PluginError('invalid-call', `An event of type "${type}" does not reach ${full}`, { hint: `Its pattern is ${address.name}.` })
}

function misshapen(message: string, example: string): PluginError {
  return new PluginError('invalid-call', message, { origin: 'caller', hint: `For example ${example}` })
}
