import { type ErrorCause, type Json, PluginError } from '@cardcage/plugin'

/** How a process came to its end, as far as it is known. */
export interface Death {
  /** Why it was ended; absent where it ended by itself. */
  readonly cause?: ErrorCause
  /** In words. */
  readonly reason?: string
  /** Was it stopped on purpose? */
  readonly asked: boolean
  /** Did it say that its heap was full? */
  readonly heapFull: boolean
  readonly exited: { readonly code: number | null; readonly signal: NodeJS.Signals | null } | undefined
  /** Its last lines on stdout and stderr. */
  readonly tail: readonly string[]
  readonly lastCall: string | undefined
}

/** How a process ended, as the callers it had are told: an error with cause, exit code or signal, last log lines and last call. */
export function deathError(death: Death): PluginError {
  const { exited, asked, reason } = death
  const cause = asked ? 'gone' : causeOf(death)
  const details: Json = {
    cause,
    ...(reason === undefined ? {} : { reason }),
    ...(exited?.code == null ? {} : { exitCode: exited.code }),
    ...(exited?.signal ? { signal: exited.signal } : {}),
    ...(death.lastCall === undefined ? {} : { lastCall: death.lastCall }),
    log: death.tail.slice(-10),
  }
  switch (cause) {
    case 'garbage':
    case 'frame':
    case 'order':
    case 'credit':
    case 'payload':
    case 'flood':
      return new PluginError('protocol', `The plugin broke the wire protocol and was ended: ${reason ?? cause}`, { details })
    case 'oom':
    case 'heap':
      return new PluginError(
        'limit-exceeded',
        `The plugin used more memory than it may and was ended${reason ? `: ${reason}` : ' (its JavaScript heap was full)'}`,
        {
          details,
          hint: 'Give it less data, use a streaming operation, or raise `limits.memory` of its manifest.',
        },
      )
    case 'deadline':
      return new PluginError('timeout', `The plugin did not answer at the deadline of ${reason ?? 'its call'} and was ended`, { details })
    case 'start':
      return new PluginError('timeout', `The plugin did not become ready: ${reason}`, {
        details,
        hint: 'Do less in `setup`; open connections on first use.',
      })
    case 'grace':
      return new PluginError('cancelled', 'The plugin did not stop in time after its call was cancelled, and was ended', { details })
    case 'gone':
      return new PluginError('unavailable', 'The plugin was stopped', { details })
    default:
      return new PluginError('crashed', `The plugin’s process ended: ${endOf(death)}`, { details })
  }
}

/** What is told to the other calls of a process that was ended for one of them. */
export function goneError(error: PluginError): PluginError {
  const details = { ...(error.details as Record<string, Json>), cause: 'gone' }
  return new PluginError('crashed', 'The plugin’s process was ended for another call while this one ran', { cause: error, details })
}

function causeOf({ cause, heapFull, exited }: Death): ErrorCause {
  if (cause && cause !== 'exit') return cause
  if (heapFull) return 'heap'
  return exited?.signal && cause !== 'exit' ? 'signal' : 'exit'
}

function endOf({ cause, reason, exited }: Death): string {
  if (cause === 'exit' && reason !== undefined) return reason
  if (!exited) return reason ?? 'it could not be started'
  return exited.signal ? `signal ${exited.signal}` : `exit code ${exited.code}`
}
