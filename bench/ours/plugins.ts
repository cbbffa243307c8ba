import { fileURLToPath } from 'node:url'

/** Folders of the plugins that are measured. */
export const plugins = {
  plain: fileURLToPath(new URL('../plugins/plain', import.meta.url)),
  typed: fileURLToPath(new URL('../plugins/typed', import.meta.url)),
}
