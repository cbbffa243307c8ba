import type { Guide } from './guide.ts'
import { member, sameId, textsOf } from './spelling.ts'

/** Say in the log where a plugin's code has other dependencies or another version than its manifest, which alone counts. Calls nothing. */
export function compareManifest(guide: Guide): void {
  const { plugin, ctx, form } = guide
  const said = (name: string) => member(plugin, name) ?? member(plugin.constructor, name)
  compareVersion(guide, said('version'))
  const missing = textsOf(said('dependencies')).filter((name) => !form?.dependencies.some((known) => sameId(known, name)))
  if (missing.length > 0)
    ctx.log.warn(`The code depends on ${missing.join(', ')}, the manifest does not, which counts`, {
      hint: 'Add it to the "dependencies" of the manifest.',
    })
}

/** The same of a version the plugin gives by itself: in its metadata, or in a manifest of its own. */
export function compareVersion({ ctx, form }: Guide, said: unknown): void {
  const { version } = ctx.plugin
  const isUnknown = form?.dialect === 'module' && version === '0.0.0'
  if (typeof said !== 'string' || said === '' || isUnknown || said.replace(/^v(?=\d)/, '') === version) return
  ctx.log.warn(`The code says version ${said.slice(0, 50)}, the manifest ${version}, which counts`, {
    hint: 'Write the same version into both.',
  })
}
