import { asWritten } from '@cardcage/kernel'
import { type Json, PluginError } from '@cardcage/plugin'
import { didYouMean } from '@cardcage/plugin/internal'
import type { Run } from '../command.ts'
import { dataLines } from '../data-lines.ts'
import { openKernel } from '../open-kernel.ts'

/** Show the configuration in force, or a part of it, as it could be written: times and sizes have units; in JSON they are milliseconds and bytes. Secrets are masked. Starts nothing. */
export const run: Run = async (context, [key]) => {
  const kernel = await openKernel(context)
  const inForce = kernel.configInForce()
  const slots = Object.fromEntries(
    Object.entries(inForce.slots).map(([name, { values: _, problems: __, slot: ___, ...one }]) => [name, one]),
  )
  const whole = { ...inForce, slots }
  const shown = context.output.json ? whole : (asWritten(whole as unknown as Json) as unknown as typeof whole)
  const part = key === undefined ? shown : partAt(shown, key)
  if (context.output.json) context.output.document(part)
  else context.output.data(dataLines(part).join('\n'))
  for (const { slot, problems } of Object.values(inForce.slots))
    for (const { severity, message } of problems) if (severity === 'error') context.output.warn(`${slot}: ${message}`)
}

/** What stands at a key: `slots.crm.config.api_url`, or `crm.api_url`. */
function partAt(whole: { readonly slots: Readonly<Record<string, unknown>> }, key: string): unknown {
  const [first = '', ...rest] = key.split('.')
  const slot = nameIn(whole.slots, first)
  const keys = first in whole || slot === undefined ? [first, ...rest] : ['slots', slot, 'config', ...rest]
  return keys.reduce<unknown>((inside, name, i) => {
    const found = nameIn(inside, name)
    if (found !== undefined) return (inside as Readonly<Record<string, unknown>>)[found]
    const there = typeof inside === 'object' && inside !== null ? Object.keys(inside) : []
    const near = didYouMean(name, i === 0 ? [...there, ...Object.keys(whole.slots)] : there)
    throw new PluginError('not-found', `The configuration has no '${keys.slice(0, i + 1).join('.')}'`, {
      origin: 'caller',
      hint: near.trim() || `There ${there.length === 0 ? 'is nothing' : `are ${there.join(', ')}`}.`,
    })
  }, whole)
}

function nameIn(object: unknown, name: string): string | undefined {
  if (typeof object !== 'object' || object === null) return undefined
  // `my_plugin` is `my-plugin`; a key of the reference, `start_timeout`, is `startTimeout` in JSON.
  const folded = (text: string) =>
    text
      .replaceAll('_', '-')
      .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
      .toLowerCase()
  return Object.keys(object).find((each) => each === name) ?? Object.keys(object).find((each) => folded(each) === folded(name))
}
