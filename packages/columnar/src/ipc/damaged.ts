import { PluginError } from '@cardcage/plugin/internal'

/** The error for Arrow bytes that break the format. */
export function damaged(why: string): PluginError {
  return new PluginError('invalid-data', `The Arrow message is damaged: ${why}`, {
    hint: 'The bytes were cut, changed on the way, or written by a program that does not keep to the Arrow format.',
  })
}
