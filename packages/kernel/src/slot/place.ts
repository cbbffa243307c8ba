import { type Kind, PluginError } from '@cardcage/plugin'
import { kinds, type Manifest } from '../manifest/manifest.ts'
import { printProblem, problemsAsError } from '../manifest/problem.ts'
import type { ProvidedByKind } from '../manifest/provides.ts'
import { createLog, type Log, type LogRecord } from '../observe/log.ts'
import type { Discovered } from '../registry/discover.ts'
import { folderKey, recall } from '../registry/learnt.ts'
import { checkMachine } from '../registry/check-machine.ts'
import { checkSlotConfig, levelOf } from './check-slot-config.ts'
import { createSlot, type SharedParts, type Wanted } from './create-slot.ts'
import { type History, openHistory } from './history.ts'
import type { Slot } from './slot.ts'
import type { SlotInfo, SlotState } from './slot-info.ts'

/** One place in the table: a slot that can run, or why there is none. */
export interface Place {
  readonly name: string
  /** Absent where it is disabled or cannot be run. */
  readonly slot: Slot | undefined
  readonly manifest: Manifest | undefined
  readonly log: Log
  readonly history: History
  /** What it provides, as far as it is known. */
  readonly provides: ProvidedByKind | undefined
  info(): SlotInfo
}

/** Make the place of one slot: with a slot that can be started, unless it is disabled or something is wrong with it. Starts nothing. */
export function createPlace(shared: SharedParts, wanted: Wanted, slotOf: (plugin: string) => Slot | undefined): Place {
  const { name, config, plugin, manifest } = wanted
  const checked = checkSlotConfig(name, config, manifest)
  const isEnabled = config.enabled ?? manifest.enabled
  const error = isEnabled ? (wanted.unresolved ?? checkMachine(manifest) ?? checked.error) : undefined
  const log = createLog(name, shared.onLog)
  const history = openHistory(shared.home, name)
  const known = manifest.provides ?? recall(shared.cache, folderKey(plugin.path, plugin.text ?? ''))
  if (error || !isEnabled) {
    const state = error ? 'failed' : 'disabled'
    const info = () => describe(wanted, state, error, known, wanted.degraded)
    return { name, slot: undefined, manifest, log, history, provides: known, info }
  }
  const slot = createSlot(shared, wanted, checked.config, known, { log, history }, slotOf)
  return {
    name,
    slot,
    manifest,
    log,
    history,
    get provides() {
      return slot.provides
    },
    info: () => describe(wanted, slot.state, slot.error, slot.provides, slot.degraded),
  }
}

const noHistory: History = { last: () => [], add: () => undefined }

/** The place of a plugin whose manifest could not be read. */
export function failedPlace(plugin: Discovered, name: string, onLog: ((record: LogRecord) => void) | undefined): Place {
  const { known, path, problems } = plugin
  const error = problemsAsError(problems) ?? new PluginError('invalid-manifest', `${path} cannot be read`)
  const about = {
    slot: name,
    id: known.id ?? name,
    name: known.name ?? name,
    version: known.version ?? '',
    description: known.description ?? '',
    kinds: [],
  }
  const info: SlotInfo = {
    ...about,
    state: 'failed',
    isolation: levelOf(undefined),
    path,
    degraded: [],
    warnings: warningsOf(plugin),
    error,
  }
  return {
    name,
    slot: undefined,
    manifest: undefined,
    log: createLog(name, onLog),
    history: noHistory,
    provides: undefined,
    info: () => info,
  }
}

/** What is wrong with a manifest and does not keep its plugin from running. */
function warningsOf({ problems }: Discovered): readonly string[] {
  return problems.filter(({ severity }) => severity === 'warning').map(printProblem)
}

function describe(
  { name: slot, config, plugin, manifest }: Wanted,
  state: SlotState,
  error: PluginError | undefined,
  provides: ProvidedByKind | undefined,
  degraded: readonly string[],
): SlotInfo {
  const { id, name, version, description } = manifest
  const offered: Kind[] = kinds.filter((kind) => Object.keys(provides?.[kind] ?? {}).length > 0)
  return {
    slot,
    id,
    name,
    version,
    description,
    kinds: offered,
    state,
    isolation: levelOf(config),
    path: plugin.path,
    degraded,
    warnings: warningsOf(plugin),
    ...(error ? { error } : {}),
  }
}
