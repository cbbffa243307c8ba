import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { PluginError } from '@cardcage/plugin'
import type { SlotState } from './slot-info.ts'

/** A change of a slot's state, and why. */
export interface Change {
  /** ISO 8601. */
  readonly time: string
  readonly state: SlotState | 'released'
  /** What it was caused by, in words: `the call analysis.dtw`, `needed by crm`, `the kernel stops`. */
  readonly cause: string
  /** Of a failure: its code, its finer cause and what it says. */
  readonly error?: { readonly code: string; readonly cause?: string; readonly message: string }
  /** Of the process that became active. */
  readonly pid?: number
}

/** Changes that are shown. */
const kept = 50

/** Bytes after which the file is cut to the last changes. */
const largest = 64 * 1024

/** The last changes of one slot's state; outlives the host where it has a home. */
export interface History {
  /** Oldest first, at most 50. */
  last(): readonly Change[]
  add(change: Change): void
}

/** Open the history of one slot: a file of JSON lines, made with the first change. A home that cannot be written loses what was before this host. */
export function openHistory(home: string, slot: string): History {
  const file = join(home, 'history', `${slot}.jsonl`)
  const own: Change[] = []
  let unwritten = false
  return {
    last: () => (unwritten ? own : read(file)).slice(-kept),
    add(change) {
      own.push(change)
      if (own.length > kept) own.shift()
      try {
        mkdirSync(dirname(file), { recursive: true })
        appendFileSync(file, `${JSON.stringify(change)}\n`)
        shorten(file)
      } catch {
        unwritten = true
      }
    },
  }
}

/** The short form of an error that is kept. */
export function changeError({ code, message, details }: PluginError): NonNullable<Change['error']> {
  const cause = (details as { cause?: unknown } | undefined)?.cause
  return { code, ...(typeof cause === 'string' ? { cause } : {}), message: message.slice(0, 1000) }
}

function read(file: string): Change[] {
  if (!existsSync(file)) return []
  try {
    return readFileSync(file, 'utf8')
      .split('\n')
      .flatMap((line) => changeOf(line) ?? [])
  } catch {
    return []
  }
}

/** A line of the file; `undefined` where it is none that this program writes. */
function changeOf(line: string): Change | undefined {
  try {
    const change = JSON.parse(line) as Partial<Change> | null
    return [change?.time, change?.state, change?.cause].every((text) => typeof text === 'string') ? (change as Change) : undefined
  } catch {
    return undefined
  }
}

function shorten(file: string): void {
  if (statSync(file).size <= largest) return
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n').slice(-kept)
  const draft = `${file}.${process.pid}.draft`
  writeFileSync(draft, `${lines.join('\n')}\n`)
  renameSync(draft, file)
}
