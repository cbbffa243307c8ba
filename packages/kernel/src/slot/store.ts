import { randomInt } from 'node:crypto'
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type Json, PluginError } from '@cardcage/plugin'

/** Format of the database; raised when its tables change. */
const format = 1

/** Durable state of a kernel's slots: their key-value state, and how often they failed. */
export interface SlotStore {
  get(slot: string, key: string): { value?: Json; revision: number }
  set(slot: string, key: string, value: Json): void
  /** Write only where nobody else has since `revision` was read; 0 means the key was not there. */
  swap(slot: string, key: string, value: Json, revision: number): boolean
  delete(slot: string, key: string): void
  keys(slot: string, prefix: string): string[]
  /** Failures in a row, and why. */
  failures(slot: string): { count: number; reason?: Json }
  setFailures(slot: string, count: number, reason?: Json): void
  close(): void
}

/** Open the store in a home folder; the file is made when something is first written. Several processes may use one home. */
export function openSlotStore(home: string): SlotStore {
  const path = join(home, 'slots.sqlite')
  let database: DatabaseSync | undefined
  const open = (): DatabaseSync => {
    if (database) return database
    mkdirSync(home, { recursive: true })
    const opened = new DatabaseSync(path, { timeout: 5000 })
    const { user_version: found } = opened.prepare('PRAGMA user_version').get() as { user_version: number }
    if (found > format) {
      opened.close()
      throw new PluginError('incompatible', `${path} has format ${found}; this host reads up to ${format}`, {
        origin: 'kernel',
        hint: 'Use a newer Cardcage, or another home folder.',
      })
    }
    opened.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA user_version = ${format};
      CREATE TABLE IF NOT EXISTS state (slot TEXT, key TEXT, value TEXT NOT NULL, revision INTEGER NOT NULL, PRIMARY KEY (slot, key)) WITHOUT ROWID;
      CREATE TABLE IF NOT EXISTS failures (slot TEXT PRIMARY KEY, count INTEGER NOT NULL, reason TEXT) WITHOUT ROWID;`)
    return (database = opened)
  }
  const there = () => database !== undefined || existsSync(path)
  /** Changes with every write, so that a value that was deleted and written again is not taken for the old one. */
  const revision = () => randomInt(1, 2 ** 47)
  return {
    get(slot, key) {
      if (!there()) return { revision: 0 }
      const row = open().prepare('SELECT value, revision FROM state WHERE slot = ? AND key = ?').get(slot, key) as
        | { value: string; revision: number }
        | undefined
      return row ? { value: JSON.parse(row.value) as Json, revision: row.revision } : { revision: 0 }
    },
    set(slot, key, value) {
      open().prepare('INSERT OR REPLACE INTO state VALUES (?, ?, ?, ?)').run(slot, key, JSON.stringify(value), revision())
    },
    swap(slot, key, value, expected) {
      const text = JSON.stringify(value)
      const { changes } =
        expected === 0
          ? open().prepare('INSERT INTO state VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING').run(slot, key, text, revision())
          : open()
              .prepare('UPDATE state SET value = ?, revision = ? WHERE slot = ? AND key = ? AND revision = ?')
              .run(text, revision(), slot, key, expected)
      return changes === 1
    },
    delete(slot, key) {
      if (!there()) return
      open().prepare('DELETE FROM state WHERE slot = ? AND key = ?').run(slot, key)
    },
    keys(slot, prefix) {
      if (!there()) return []
      const rows = open()
        .prepare('SELECT key FROM state WHERE slot = ? AND substr(key, 1, ?) = ? ORDER BY key')
        .all(slot, prefix.length, prefix)
      return rows.map(({ key }) => key as string)
    },
    failures(slot) {
      if (!there()) return { count: 0 }
      const row = open().prepare('SELECT count, reason FROM failures WHERE slot = ?').get(slot) as
        | { count: number; reason: string | null }
        | undefined
      return row ? { count: row.count, ...(row.reason === null ? {} : { reason: JSON.parse(row.reason) as Json }) } : { count: 0 }
    },
    setFailures(slot, count, reason) {
      if (count === 0 && !there()) return
      if (count === 0) open().prepare('DELETE FROM failures WHERE slot = ?').run(slot)
      else
        open()
          .prepare('INSERT OR REPLACE INTO failures VALUES (?, ?, ?)')
          .run(slot, count, reason === undefined ? null : JSON.stringify(reason))
    },
    close() {
      database?.close()
      database = undefined
    },
  }
}
