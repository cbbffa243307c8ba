import type { validatePlugin } from '@cardcage/kernel'
import { PluginError } from '@cardcage/plugin'

/** A line of the result of `validate`; `code` is that of the error the plugin would fail with. */
export type Finding = Omit<ReturnType<typeof validatePlugin>['problems'][number], 'code'> & { readonly code: string }

/** What `validate` came to. */
export interface Findings {
  /** Absolute path of the plugin's folder. */
  readonly folder: string
  readonly findings: readonly Finding[]
  /** Was the plugin started? */
  readonly started: boolean
  /** Why it was not. */
  readonly notStarted?: string
}

/** How many of each severity. */
export function countOf(findings: readonly Finding[], severity: Finding['severity']): number {
  return findings.filter((finding) => finding.severity === severity).length
}

/** What a plugin failed with when it was started, as a finding about its folder. */
export function asFinding(thrown: unknown, folder: string): Finding {
  const { code, message, hint } = PluginError.from(thrown)
  return { file: folder, severity: 'error', code, message, fix: hint ?? `See \`cardcage explain ${code}\`.` }
}
