import type { Json } from '@cardcage/plugin'
import type { ConfigKey, GroupKey } from './config-keys.ts'

/** A key to be read: where it stands, and what it means. */
export interface Found {
  readonly value: Json
  /** Keys in the file. */
  readonly keys: readonly string[]
  /** The key the reference calls it by. */
  readonly path: readonly string[]
}

/** Reads the keys of one file. */
export interface SettingsReader {
  /** Read a value by what is known of its key. */
  read(node: ConfigKey, found: Found, factor?: number): void
  /** Read the keys of an object that is known; those in `taken` were read otherwise. */
  readGroup(node: GroupKey, found: Found, taken?: ReadonlySet<string>): void
  /** Read a slot of a section of any guide. */
  readSlot(name: string, value: Json, keys: readonly string[]): void
  /** Take a value as it is. */
  add(setting: Found): void
  error(keys: readonly string[], message: string, fix: string): void
  warn(keys: readonly string[], message: string, fix: string): void
  /** Nothing below this key is looked at. */
  ignore(keys: readonly string[]): void
  unknown(key: string, keys: readonly string[], known: readonly string[]): void
}
