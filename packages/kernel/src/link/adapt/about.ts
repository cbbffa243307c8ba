import type { About } from '@cardcage/plugin'
import { member, variantOf } from './spelling.ts'

/** What a method or plot type says of itself. */
export function aboutOf(method: unknown): About {
  const text = (key: string, name: string) => {
    const value = member(method, name)
    return typeof value === 'string' && value !== '' ? { [key]: value } : {}
  }
  const { name, content } = variantOf(member(method, 'category'))
  const category = (typeof content === 'string' ? content : name).replace(/([a-z])([A-Z])/g, '$1-$2').toLowerCase()
  return {
    ...text('title', 'name'),
    ...text('description', 'description'),
    ...text('version', 'version'),
    ...(category === '' ? {} : { category }),
    ...(member(method, 'experimental') === true ? { experimental: true } : {}),
  }
}
