import type { Logger } from '@cardcage/plugin'
import type { GuideLogger, LogLine } from '@cardcage/plugin/guides'
import { currentCall } from '../serve/call.ts'

/** The logger a plugin in a guide's form is given, with the guides' names of the levels; a line belongs to the call whose code writes it. */
export function guideLogger(log: Logger, always: Readonly<Record<string, unknown>> = {}): GuideLogger {
  const line =
    (level: keyof Logger): LogLine =>
    (message, fields) =>
      (currentCall.getStore()?.log ?? log)[level](message, { ...always, ...fields })
  const lines = { debug: line('debug'), info: line('info'), warn: line('warn'), warning: line('warn'), error: line('error') }
  const withFields = (fields: Readonly<Record<string, unknown>>) => guideLogger(log, { ...always, ...fields })
  const others = {
    Debug: lines.debug,
    Info: lines.info,
    Warn: lines.warn,
    Error: lines.error,
    critical: lines.error,
    exception: lines.error,
  }
  return Object.assign(lines, others, { withFields, with_fields: withFields, WithFields: withFields })
}
