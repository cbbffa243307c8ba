import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { pathToFileURL } from 'node:url'
import { places } from '../src/config/places.ts'
import type { Assignment } from '../src/link/assignment.ts'
import { runnerFile } from '../src/link/bundle.ts'
import { diesWithHost } from '../src/link/dies-with-host.ts'
import { inlineLink } from '../src/link/inline.ts'
import type { Link, Services } from '../src/link/link.ts'
import { strippedModules } from '../src/link/modules.ts'
import { processLink, type ProcessOptions } from '../src/link/process.ts'
import { temporaryFolder, writePlugin } from './plugin-folder.ts'

/** Services that do nothing but keep what they were told. */
export function recordingServices(): Services & { readonly lines: string[]; readonly emitted: string[]; readonly metrics: string[] } {
  const lines: string[] = []
  const emitted: string[] = []
  const metrics: string[] = []
  return {
    lines,
    emitted,
    metrics,
    log: (level, message) => void lines.push(`${level}: ${message}`),
    metric: (metric, name, _labels, value) => void metrics.push(`${metric} ${name} ${value}`),
    emit: (type) => void emitted.push(type),
    answer: (what, question) => Promise.resolve(what === 'state.get' ? { value: Object.keys(question).length, revision: 1 } : null),
    fetch: () => Promise.reject(new Error('no network in tests')),
  }
}

/** What a plugin folder's entry is told to be. */
export function assignmentOf(folder: string, cache: string): { assignment: Assignment; script: string; read: readonly string[] } {
  const entry = join(folder, 'index.ts')
  const { script, zod, files } = runnerFile(cache)
  const dataDir = join(folder, 'data')
  const assignment = {
    plugin: { id: 'bad', version: '1.0.0' },
    slot: 'bad',
    entry: pathToFileURL(entry).href,
    sources: strippedModules(entry, cache),
    zod,
    config: {},
    dataDir,
    active: [],
    carry: {},
  }
  return { assignment, script, read: [folder, ...files, join(cache, 'modules')] }
}

/** Start a plugin without a slot around it: in a process with further options, or inline. */
export async function startLink(
  t: Pick<TestContext, 'after'>,
  entry: string,
  { inline = false, flags = [], ...options }: Partial<ProcessOptions> & { inline?: boolean } = {},
): Promise<{ link: Link; services: ReturnType<typeof recordingServices> }> {
  const folder = writePlugin(temporaryFolder(t), 'bad', entry)
  const { assignment, script, read } = assignmentOf(folder, places(process.cwd()).cache)
  const services = recordingServices()
  const link = inline
    ? await inlineLink(assignment, services)
    : await processLink(assignment, services, {
        runner: script,
        flags: ['--permission', ...read.map((path) => `--allow-fs-read=${path}`), `--allow-fs-write=${assignment.dataDir}`, ...flags],
        env: {},
        startTimeout: 30_000,
        memory: undefined,
        diesWithHost: diesWithHost(),
        ...options,
      })
  t.after(() => link.stop(500))
  return { link, services }
}
