import { registerHooks } from 'node:module'
import { PluginError } from '@cardcage/plugin'
import { memoryPorts } from '../wire/port.ts'
import type { Assignment } from './assignment.ts'
import type { Link, Services } from './link.ts'
import { serve } from './serve/serve.ts'
import { Session } from './session.ts'

let instances = 0
let hooked = false

/**
 * Run a plugin in the host's own process, over the same protocol. For what the operator trusts: nothing bounds it.
 *
 * @throws {PluginError} what the plugin refused with
 */
export async function inlineLink(assignment: Assignment, services: Services): Promise<Link> {
  hookContract()
  // Only here: what starts no plugin inline does not read it.
  const { guideDefinition } = await import('./adapt/guide-definition.ts')
  const [host, runner] = memoryPorts()
  const gone = Promise.withResolvers<PluginError | undefined>()
  const session = new Session(host, services)
  const end = (error?: PluginError) => {
    gone.resolve(error)
    session.end(error ?? new PluginError('unavailable', 'The plugin was stopped', { details: { cause: 'gone' } }))
    runner.close()
  }
  session.onStuck = (cause, call) =>
    end(new PluginError('timeout', `The plugin did not let go of ${call}; it was left behind and starts again`, { details: { cause } }))
  session.onViolation = (cause, reason) =>
    end(new PluginError('protocol', `The plugin broke the wire protocol: ${reason}`, { details: { cause } }))
  const ready = session.assign(assignment)
  serve(runner, {
    pid: undefined,
    load: async ({ entry }) => (await import(`${entry}?instance=${++instances}`)) as unknown,
    guide: guideDefinition,
    exit: () => undefined,
  })
  try {
    const { provides, config } = await ready
    return {
      provides,
      config,
      pid: undefined,
      call: (request) => session.call(request),
      late: () => session.late(),
      check: (timeout) => session.check(timeout),
      gone: gone.promise,
      async stop(grace) {
        const late = setTimeout(() => end(), grace)
        const carry = await session.stop()
        clearTimeout(late)
        end()
        return carry
      },
    }
  } catch (error) {
    end()
    throw error
  }
}

/** A plugin folder anywhere on disk imports the contract, and `zod` where it brings none, from the host. */
function hookContract(): void {
  if (hooked) return
  hooked = true
  registerHooks({
    resolve(specifier, context, next) {
      if (/^@cardcage\/plugin(?:\/guides|\/internal)?$/.test(specifier)) return next(specifier, { ...context, parentURL: import.meta.url })
      try {
        return next(specifier, context)
      } catch (error) {
        if (specifier !== 'zod' && !specifier.startsWith('zod/')) throw error
        return next(specifier, { ...context, parentURL: import.meta.url })
      }
    },
  })
}
