import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { runnerFile } from '../../packages/kernel/src/link/bundle.ts'
import { diesWithHost } from '../../packages/kernel/src/link/dies-with-host.ts'
import type { Link, Services } from '../../packages/kernel/src/link/link.ts'
import { strippedModules } from '../../packages/kernel/src/link/modules.ts'
import { processLink } from '../../packages/kernel/src/link/process.ts'
import { readManifest } from '../../packages/kernel/src/manifest/read-manifest.ts'
import { createLog } from '../../packages/kernel/src/observe/log.ts'
import { startInstance } from '../../packages/kernel/src/slot/start.ts'
import { cache } from './cache.ts'
import { plugins } from './plugins.ts'

/** A link to a plugin in its own process, without a kernel around it. */
export interface OpenLink {
  readonly link: Link
  close(): Promise<void>
}

/** Nothing a benchmark's plugin asks for. */
const services: Services = {
  log: () => undefined,
  metric: () => undefined,
  emit: () => undefined,
  answer: (what) => Promise.reject(new Error(`asked for ${what}`)),
  fetch: () => Promise.reject(new Error('asked for fetch')),
}

/** Start `bench-plain`, as the kernel does or, for what that costs, without permissions, memory watch and wrapper. */
export async function openLink(how: 'sandboxed' | 'bare'): Promise<OpenLink> {
  const home = mkdtempSync(join(tmpdir(), 'cardcage-bench-'))
  const path = plugins.plain
  const { manifest } = readManifest(path)
  if (!manifest) throw new Error(`${path} is no plugin`)
  const link =
    how === 'sandboxed'
      ? await startInstance({
          slot: manifest.id,
          path,
          manifest,
          config: {},
          isolation: 'process',
          cache,
          home,
          env: {},
          services,
          active: [],
          carry: {},
          log: createLog(manifest.id, undefined),
          signal: new AbortController().signal,
          startTimeout: 30_000,
        })
      : await bareLink(manifest, path, home)
  return {
    link,
    async close() {
      await link.stop(1000)
      rmSync(home, { recursive: true })
    },
  }
}

async function bareLink({ id, version, entry }: { id: string; version: string; entry: string }, path: string, home: string): Promise<Link> {
  const dataDir = join(home, 'data')
  mkdirSync(dataDir)
  const file = join(path, entry)
  const runner = runnerFile(cache)
  return await processLink(
    {
      plugin: { id, version },
      slot: id,
      entry: pathToFileURL(file).href,
      sources: strippedModules(file, cache),
      zod: runner.zod,
      config: {},
      dataDir,
      active: [],
      carry: {},
    },
    services,
    {
      runner: runner.script,
      flags: [],
      env: {},
      startTimeout: 30_000,
      memory: undefined,
      diesWithHost: { ...diesWithHost(), wrapper: [], byRunner: false },
    },
  )
}
