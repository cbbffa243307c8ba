import { configProblem, type ConfigProblem } from '../config/config-problem.ts'
import { lineOf, type Setting } from '../config/config-settings.ts'
import { isInRange, policyRange, semverRange, type VersionPolicy } from '../manifest/version-range.ts'

/** How a bare version of a slot is compared with its plugin's where the configuration does not say. */
export const defaultVersionPolicy: VersionPolicy = 'Exact'

/**
 * What is wrong with the version a slot's settings ask for. A bare version (`1.2.0`, or a part of one) means what `plugins.version_compatibility` says; a range
 * (`^1.2`, `>=1.0 <3`, `~=1.2.0`) means itself.
 */
export function versionProblems(
  settings: readonly Setting[],
  slot: string,
  found: string,
  policy: VersionPolicy,
): readonly ConfigProblem[] {
  const setting = settings.findLast(({ path }) => path.length === 3 && path[2] === 'version')
  if (typeof setting?.value !== 'string') return []
  const wanted = setting.value.trim()
  const isBare = bareVersion.test(wanted)
  const range = semverRange(isBare ? policyRange(policy, wanted) : wanted)
  if (range !== undefined && isInRange(found, range)) return []
  const allowed = isBare && policy !== 'Exact' ? ` (${range}: \`plugins.version_compatibility\` is ${policy})` : ''
  return [
    configProblem({
      file: setting.source?.file ?? 'environment',
      line: lineOf(setting),
      key: setting.variable ?? `slots.${slot}.version`,
      message:
        range === undefined
          ? `"${wanted}" is no version and no range of versions`
          : `it is for version ${wanted}${allowed}, the plugin is ${found}`,
      fix: range === undefined ? 'Write 1.0.0 or ^1.0.' : fixFor(isBare),
    }),
  ]
}

/** A version as it is, or the beginning of one, without any operator. */
const bareVersion = /^v?\d+(?:\.\d+){0,2}(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?$/

function fixFor(isBare: boolean): string {
  const wider = isBare ? ', or allow more with a range such as ^1.0 or `plugins.version_compatibility`' : ''
  return `Look whether the config still fits, and correct the version${wider}; or install the other plugin.`
}
