import type { Call } from '@cardcage/plugin'
import type { PluginContext } from '@cardcage/plugin/guides'
import type { Guide } from './guide.ts'
import { bothCases } from './spelling.ts'

/** Seconds a call has where it has no deadline: the guide's default. */
const defaultTimeout = 300

/** The context of one call as the time-series guide has it; `timeout` in seconds. */
export function callContext(guide: Guide, call: Call, parameters: Readonly<Record<string, unknown>>): PluginContext {
  const remaining = call.remaining()
  return bothCases({
    request_id: call.id,
    parameters,
    work_dir: guide.ctx.dataDir,
    timeout: remaining === Number.POSITIVE_INFINITY ? defaultTimeout : remaining / 1000,
    signal: call.signal,
  })
}
