import { closeSync, readFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { Socket } from 'node:net'
import { socketPort } from '../wire/port.ts'
import { serve } from './serve/serve.ts'
import type { Assignment } from './session.ts'

/** The entry of a plugin's process. Its arguments are the descriptors it inherited without need. */
export function runner(): void {
  for (const inherited of process.argv.slice(2)) closeQuietly(Number(inherited))
  process.argv.length = 1
  const socket = new Socket({ fd: 3, readable: true, writable: true })
  serve(socketPort(socket), {
    pid: process.pid,
    load: async (assignment) => {
      installHooks(assignment)
      return (await import(assignment.entry)) as unknown
    },
    exit: () => process.exit(0),
  })
}

/**
 * How a plugin's modules are found and read: TypeScript that the host has stripped comes from the host's cache; the contract is this very file; what the
 * plugin does not bring itself is taken from the links the host gave.
 */
function installHooks({ sources, links }: Assignment): void {
  registerHooks({
    resolve(specifier, context, next) {
      if (specifier === '@cardcage/plugin' || specifier === '@cardcage/plugin/internal') return { url: import.meta.url, format: 'module', shortCircuit: true }
      try {
        return next(specifier, context)
      } catch (error) {
        const link = links[specifier.split('/')[0]!]
        if (link === undefined || context.parentURL?.startsWith(link)) throw error
        return next(specifier, { ...context, parentURL: link })
      }
    },
    load(url, context, next) {
      const source = sources[url]
      return source === undefined ? next(url, context) : { format: 'module', source: readFileSync(source), shortCircuit: true }
    },
  })
}

function closeQuietly(descriptor: number): void {
  try {
    closeSync(descriptor)
  } catch {
    // It was not open here: nothing to close.
  }
}
