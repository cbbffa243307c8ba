import { configSchema } from '@cardcage/kernel'
import type { Run } from '../command.ts'
import { openKernel } from '../open-kernel.ts'

/** Print the JSON Schema of cardcage.yaml, or that of one plugin's config. Starts nothing. */
export const run: Run = async (context, [plugin]) => {
  if (plugin === undefined) return context.output.document(configSchema)
  const kernel = await openKernel(context)
  return context.output.document(kernel.configSchemaOf(plugin))
}
