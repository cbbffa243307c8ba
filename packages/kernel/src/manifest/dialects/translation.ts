import type { Json } from '@cardcage/plugin'
import { printValue } from '../describe-schema.ts'
import { makeId } from '../make-id.ts'
import type { Report } from '../manifest-file.ts'
import { isObject, own } from '../schema-node.ts'

/** A parsed manifest as its author wrote it. */
export type Raw = { readonly [key: string]: Json }

/** What became of a key of a guide's manifest. */
export interface Note {
  /** The key as the author wrote it. */
  readonly from: string
  /** Where it stands in the canonical manifest; absent where it was dropped. */
  readonly to?: string
  /** Why it was dropped, or what is to be known of it. */
  readonly why?: string
}

/** The keys of a dialect, each with where it goes in the canonical manifest. */
export type DialectKeys = Readonly<Record<string, string>>

/** Where an entry module is looked for. */
export interface EntrySearch {
  /** Looked for first, where the manifest names a file that can be run. */
  readonly exact?: string
  /** Paths without extension, relative to the folder; first wins. */
  readonly stems: readonly string[]
  /** The key that says so, for messages. */
  readonly key: string
  /** True where that key was reported already. */
  readonly isWrong?: boolean
}

/** One manifest on its way into the canonical form. `null` counts as not given. */
export interface Translation {
  readonly raw: Raw
  /** The canonical form so far. */
  readonly written: Readonly<Record<string, Json>>
  readonly notes: readonly Note[]
  readonly report: Report
  /** The author's path of a canonical one. */
  origin(keys: readonly string[]): readonly string[]
  /** A canonical path (dots between keys) that stands elsewhere in the author's text. */
  stands(at: string | readonly string[], from: readonly string[]): void
  /** The value of a key where it is of that type; anything else is reported. */
  take<T extends keyof Types>(key: string, type: T): Types[T] | undefined
  /** Report a value of the wrong form at a path of the author. */
  wrong(keys: readonly string[], value: Json | undefined, needed: string, fix: string): void
  /** Set a canonical key (dots between keys), and nothing more. */
  set(to: string | readonly string[], value: Json): void
  remove(key: string): void
  /** Set a canonical key, and note what of the author's became it where the name is another or there is something to say. */
  put(to: string, value: Json | undefined, from?: string, why?: string): void
  /** Keys that mean the same here; their values are checked later. */
  copy(...keys: readonly string[]): void
  /** A key that has another name here; its value is checked later. */
  rename(from: string, to: string, why?: string): void
  /** Keys that mean nothing here and are kept under `metadata`, as `manifest_…` where that key is there already. */
  keep(why: string, ...keys: readonly string[]): void
  /** A key that is left out. */
  drop(key: string, why: string): void
  note(note: Note): void
}

/** The types a key may be asked for. */
export interface Types {
  readonly text: string
  readonly flag: boolean
  readonly number: number
  readonly object: Raw
  readonly texts: readonly string[]
}

/** Begin to translate a manifest; nothing is written yet. */
export function createTranslation(raw: Raw, report: Report): Translation {
  const written: Record<string, Json> = {}
  const notes: Note[] = []
  const origins = new Map<string, readonly string[]>()
  const given = (key: string): Json | undefined => own(raw, key) ?? undefined
  const t: Translation = {
    raw,
    written,
    notes,
    report,
    origin(keys) {
      for (let length = keys.length; length > 0; length--) {
        const found = origins.get(keys.slice(0, length).join('\0'))
        if (found) return [...found, ...keys.slice(length)]
      }
      return keys
    },
    stands(at, from) {
      origins.set(pathOf(at).join('\0'), from)
    },
    take(key, type) {
      const value = given(key)
      if (value === undefined) return undefined
      if (types[type].is(value)) return value as never
      t.wrong([key], value, types[type].name, `Give ${types[type].name}.`)
      return undefined
    },
    wrong(keys, value, needed, fix) {
      report({ keys, message: `${printValue(value)} given, ${needed} needed`, fix })
    },
    set(to, value) {
      set(written, pathOf(to), value)
    },
    remove(key) {
      delete written[key]
    },
    put(to, value, from = to, why) {
      t.stands(to, [from])
      if (value === undefined || value === null) return
      t.set(to, value)
      if (from !== to || why !== undefined) notes.push({ from, to, ...(why === undefined ? {} : { why }) })
    },
    copy(...keys) {
      for (const key of keys) t.put(key, given(key))
    },
    rename(from, to, why) {
      t.put(to, given(from), from, why)
    },
    keep(why, ...keys) {
      for (const key of keys) {
        const isTaken = own(written['metadata'], key) !== undefined
        t.put(`metadata.${isTaken ? `manifest_${key}` : key}`, given(key), key, why)
      }
    },
    drop(key, why) {
      if (given(key) !== undefined) notes.push({ from: key, why })
    },
    note(note) {
      notes.push(note)
    },
  }
  return t
}

const types: { readonly [T in keyof Types]: { readonly name: string; is(value: Json): boolean } } = {
  text: { name: 'text', is: (value) => typeof value === 'string' },
  flag: { name: 'true or false', is: (value) => typeof value === 'boolean' },
  number: { name: 'a number', is: (value) => typeof value === 'number' },
  object: { name: 'an object', is: isObject },
  texts: { name: 'a list of texts', is: (value) => Array.isArray(value) && value.every((each) => typeof each === 'string') },
}

function pathOf(path: string | readonly string[]): readonly string[] {
  return typeof path === 'string' ? path.split('.') : path
}

function set(object: Record<string, Json>, [key = '', ...rest]: readonly string[], value: Json): void {
  if (rest.length === 0) {
    object[key] = value
    return
  }
  const inside: Record<string, Json> = { ...(isObject(object[key]) ? object[key] : {}) }
  set(inside, rest, value)
  object[key] = inside
}

/** The id a guide's name gives, and the name itself where it differs. */
export function putIdentity(t: Translation, key: string): void {
  const name = own(t.raw, key) ?? undefined
  const id = typeof name === 'string' ? makeId(name) : undefined
  t.put('id', id ?? name, key, id !== undefined && id !== name ? 'an id has lower-case letters, digits, "-" and "_"' : undefined)
  if (id !== undefined && id !== name) t.put('name', name, key)
}

/** Keywords from several keys, lists or single texts, each once. */
export function putKeywords(t: Translation, ...keys: readonly string[]): void {
  const found: Json[] = []
  for (const key of keys) {
    const value = own(t.raw, key) ?? undefined
    if (value === undefined) continue
    for (const [i, each] of (Array.isArray(value) ? value : [value]).entries()) {
      if (found.includes(each)) continue
      t.stands(['keywords', String(found.length)], Array.isArray(value) ? [key, String(i)] : [key])
      found.push(each)
    }
    if (key !== 'keywords') t.note({ from: key, to: 'keywords' })
  }
  const first = keys.find((key) => own(t.raw, key) != null)
  if (first !== undefined) t.stands('keywords', [first])
  if (found.length > 0) t.set('keywords', found)
}
