import type { LayerName, Origin } from '@cardcage/kernel'

const names: Readonly<Record<LayerName, string>> = {
  default: 'default',
  manifest: 'manifest',
  system: 'system',
  user: 'user',
  project: 'project',
  file: 'file',
  'user-plugin': 'plugin configure --user',
  'workspace-plugin': 'plugin configure',
  environment: 'environment',
  program: 'program',
}

/** Where a value comes from, for people: the layer, and the place in it. */
export function originText({ layer, file, line, variable }: Origin): readonly [layer: string, place: string] {
  const place = variable ?? (file === undefined ? '' : `${file}${line === undefined ? '' : `:${line}`}`)
  return [names[layer], place]
}
