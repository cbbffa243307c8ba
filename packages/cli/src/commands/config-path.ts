import type { Run } from '../command.ts'
import { readConfig } from '../open-kernel.ts'
import { textTable } from '../text-table.ts'

/** Say which files of configuration are looked for, lowest first, and which are there. Opens them only to see what they include. */
export const run: Run = async (context) => {
  const { places, pluginFolders, sources } = readConfig(context)
  const included = sources.map(({ file }) => file).filter((file) => !places.some(({ found }) => found.includes(file)))
  if (context.output.json) return context.output.document({ files: places, included, pluginFolders })
  const rows = places.map(({ layer, looked, found, guide }) => [
    layer,
    found.length > 0 ? found.join(', ') : `${looked}: not there`,
    guide ? '(a guide’s file)' : '',
  ])
  const folders = pluginFolders.map(({ layer, folder }) => [`${layer} plugins`, `${folder}/ID.json`, ''])
  return context.output.data(textTable([...rows, ...included.map((file) => ['included', file, '']), ...folders]))
}
