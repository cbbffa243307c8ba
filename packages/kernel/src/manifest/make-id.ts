import { isPluginId } from '../base/id.ts'

/**
 * The plugin id a guide's name stands for: `MyPlugin` and `My Plugin` become `my-plugin`, `my_plugin` stays as it is. `undefined` where nothing of it can be kept,
 * or where it looks like a path.
 */
export function makeId(name: string): string | undefined {
  if (isPluginId(name)) return name
  if (name.length > 256 || /[/\\]|\.\.|\p{Cc}/u.test(name)) return undefined
  const id = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1-$2')
    .toLowerCase()
    .replace(/[^a-z0-9_]+/g, '-')
    .replace(/^[-_]+|-+$/g, '')
    .slice(0, 64)
  return isPluginId(id) ? id : undefined
}
