import { closeSync, readFileSync } from 'node:fs'
import { createRequire, registerHooks } from 'node:module'
import { Socket } from 'node:net'
import { fileURLToPath } from 'node:url'
import { constants, Script } from 'node:vm'
import { type Port, socketPort } from '../wire/port.ts'
import type { guideDefinition } from './adapt/guide-definition.ts'
import type { Assignment } from './assignment.ts'
import { dieWithParent } from './die-with-parent.ts'
import { serve } from './serve/serve.ts'

/** The exports of a module this process shares with its plugin. */
type Exports = Readonly<Record<string, unknown>>

/** What only a plugin in a guide's form needs: what it imports, and what makes a plugin of it. */
interface Guides {
  readonly door: Exports
  readonly guideDefinition: typeof guideDefinition
}

/** The entry of a plugin's process. Its arguments: pid of the host, `prctl` where it must bind itself to the host, and the descriptors it inherited without need. */
export function runner(contract: Exports, openGuides: (load: (path: string) => unknown) => Guides): void {
  const [host, bind, ...inherited] = process.argv.slice(2)
  for (const descriptor of inherited) closeQuietly(Number(descriptor))
  if (bind === 'prctl') dieWithParent()
  if (host !== undefined && process.ppid !== Number(host)) process.exit(0)
  process.argv.length = 1
  let opened: Guides | undefined
  const guides = () => (opened ??= openGuides(loadScript))
  serve(channel(), {
    pid: process.pid,
    load: async (assignment) => {
      installHooks(assignment, contract, guides)
      return await importEntry(assignment.entry)
    },
    guide(module, assignment) {
      const definition = guides().guideDefinition(module, assignment)
      const setup: typeof definition.setup = (ctx) => {
        globalThis.fetch = ctx.fetch
        return definition.setup(ctx)
      }
      return { ...definition, setup }
    },
    exit: () => process.exit(0),
  })
}

/** Bytes that are read from the channel at once. */
const readBytes = 256 * 1024

/** The channel to the host. Its bytes are read into one buffer again and again: a table is copied once, into memory of its own. */
function channel(): Port {
  const buffer = Buffer.allocUnsafeSlow(readBytes)
  let take: (chunk: Uint8Array) => void = () => undefined
  const callback = (length: number): boolean => {
    take(buffer.subarray(0, length))
    return true
  }
  const options = { fd: 3, readable: true, writable: true, onread: { buffer, callback } }
  return socketPort(new Socket(options), { bytes: (taker) => (take = taker) })
}

/** Import the entry; one that waits at its top level takes the longer way. */
async function importEntry(entry: string): Promise<unknown> {
  try {
    return createRequire(entry)(fileURLToPath(entry)) as unknown
  } catch (error) {
    if ((error as { code?: string }).code !== 'ERR_REQUIRE_ASYNC_MODULE') throw error
    const script = new Script('(entry) => import(entry)', { importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER })
    return await (script.runInThisContext() as (entry: string) => Promise<unknown>)(entry)
  }
}

/**
 * How a plugin's modules are found and read: TypeScript that the host has stripped comes from the host's cache; the contract is the one this process runs on;
 * `zod` is the host's where the plugin brings none, or a link to it.
 */
function installHooks({ sources, zod }: Assignment, contract: Exports, guides: () => Guides): void {
  const shared: Record<string, () => Exports> = {
    'cardcage:plugin': () => contract,
    'cardcage:guides': () => guides().door,
    'cardcage:zod': () => loadScript(zod.script) as Exports,
  }
  const hostZod = { url: 'cardcage:zod', format: 'module', shortCircuit: true }
  registerHooks({
    resolve(specifier, context, next) {
      if (specifier === '@cardcage/plugin' || specifier === '@cardcage/plugin/internal')
        return { url: 'cardcage:plugin', format: 'module', shortCircuit: true }
      if (specifier === '@cardcage/plugin/guides') return { url: 'cardcage:guides', format: 'module', shortCircuit: true }
      try {
        const found = next(specifier, context)
        return specifier === 'zod' && found.url.startsWith(zod.home) ? hostZod : found
      } catch (error) {
        if (specifier !== 'zod') throw error
        return hostZod
      }
    },
    load(url, context, next) {
      if (Object.hasOwn(shared, url)) return { format: 'module', source: exporting(url, shared[url]!()), shortCircuit: true }
      const source = Object.hasOwn(sources, url) ? sources[url] : undefined
      return source === undefined ? next(url, context) : { format: 'module', source: readFileSync(source), shortCircuit: true }
    },
  })
}

/** Run a script of the host's cache with the code V8 made of it before. */
function loadScript(path: string): unknown {
  const script = new Script(readFileSync(path, 'latin1'), { filename: path, cachedData: readQuietly(`${path}.code`) })
  return script.runInThisContext()
}

/** A module whose exports are values this process already has. */
function exporting(url: string, values: Exports): string {
  const key = `cardcage.shared.${url}`
  Object.defineProperty(globalThis, Symbol.for(key), { value: values })
  const names = Object.keys(values).filter((name) => /^[A-Za-z_$][\w$]*$/.test(name) && name !== 'default')
  return [
    `const shared = globalThis[Symbol.for('${key}')]`,
    `const { ${names.map((name, index) => `${name}: e${index}`).join(', ')} } = shared`,
    `export { ${names.map((name, index) => `e${index} as ${name}`).join(', ')} }`,
    'export default shared.default',
  ].join('\n')
}

function readQuietly(path: string): Buffer | undefined {
  try {
    return readFileSync(path)
  } catch {
    return undefined
  }
}

function closeQuietly(descriptor: number): void {
  try {
    closeSync(descriptor)
  } catch {
    // It was not open here: nothing to close.
  }
}
