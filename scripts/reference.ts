/** Writes the reference pages that are made from tables of the sources: `npm run reference`. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { errorCauses, errorTable } from '@cardcage/plugin'
import { flagMore, headerBytes, maxFrameBytes } from '../packages/kernel/src/wire/frame.ts'
import { messages, protocolFeatures, protocolMajors } from '../packages/kernel/src/wire/message.ts'
import { configKeys } from '../packages/kernel/src/config/config-keys.ts'
import { configSchema } from '../packages/kernel/src/config/config-schema.ts'
import { manifestSchema } from '../packages/kernel/src/manifest/manifest-schema.ts'
import { configPage } from './reference/config-page.ts'
import { errorsPage } from './reference/errors-page.ts'
import { manifestPage } from './reference/manifest-page.ts'
import { type RecordedFrame, wirePage } from './reference/wire-page.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Every generated page by its path from the root, as it should stand there. */
export function referencePages(): Record<string, string> {
  const protocol = { majors: protocolMajors, features: protocolFeatures, headerBytes, maxFrameBytes, flagMore }
  const recorded = join(root, 'packages/kernel/test/robustness/fixtures/conversation.json')
  const conversation = JSON.parse(readFileSync(recorded, 'utf8')) as RecordedFrame[]
  const pages = {
    'docs/reference/errors.md': errorsPage(errorTable, errorCauses),
    'docs/reference/config.md': configPage(configKeys),
    'docs/reference/config.schema.json': JSON.stringify(configSchema),
    'docs/reference/manifest.md': manifestPage(manifestSchema),
    'docs/reference/manifest.schema.json': JSON.stringify(manifestSchema),
    'docs/reference/wire.md': wirePage(messages, protocol, conversation),
  }
  return Object.fromEntries(Object.entries(pages).map(([path, text]) => [path, formatted(path, text)]))
}

function formatted(path: string, text: string): string {
  const run = spawnSync(join(root, 'node_modules/.bin/oxfmt'), ['--stdin-filepath', path], { cwd: root, input: text, encoding: 'utf8' })
  if (run.status !== 0) throw new Error(`oxfmt ${path}: ${run.stderr}`)
  return run.stdout
}

if (import.meta.main) {
  for (const [path, text] of Object.entries(referencePages())) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
    console.log(path)
  }
}
