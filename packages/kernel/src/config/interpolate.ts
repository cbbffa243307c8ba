import type { Json } from '@cardcage/plugin'
import { isObject } from '../manifest/schema-node.ts'

/** Environment variables by name. */
export type Variables = Readonly<Record<string, string | undefined>>

/** A text after its variables were put in. */
export interface Interpolated {
  /** Absent where a variable is not set, or the text is wrong. */
  readonly text?: string
  /** The variables whose values it holds. */
  readonly used: readonly string[]
  /** A variable that is not set and has no default. */
  readonly unset?: string
  /** What is wrong with the text. */
  readonly fault?: string
}

/** Defaults within defaults that are followed. */
const mostNested = 50

/**
 * Put environment variables into a text: `${VAR}`, `${VAR:-default}` where it is not set or empty, `${A:-${B:-c}}`, `$$` for a dollar. Any other dollar stays.
 * The value of a variable is never looked at: what it holds is text, whatever it looks like.
 *
 * @example
 * ```ts
 * interpolate('${HOST:-localhost}:$$1', {}).text // 'localhost:$1'
 * ```
 */
export function interpolate(text: string, variables: Variables): Interpolated {
  if (!text.includes('$')) return { text, used: [] }
  const used: string[] = []
  let unset: string | undefined
  let at = 0

  /** Up to the end, or to the brace that ends a default; `taken` where the result is wanted. */
  function part(nested: number, taken: boolean): string {
    let result = ''
    while (at < text.length) {
      if (nested > 0 && text[at] === '}') return result
      if (text.startsWith('$$', at)) {
        result += '$'
        at += 2
      } else if (text.startsWith('${', at)) result += variable(nested, taken)
      else result += text[at++]
    }
    return result
  }
  function variable(nested: number, taken: boolean): string {
    const start = at
    if (nested >= mostNested) throw new Fault(`defaults are nested deeper than ${mostNested}`)
    const name = /^\$\{([A-Za-z_][A-Za-z0-9_]*)(:-|\})/.exec(text.slice(at, at + 300))
    if (!name) throw new Fault(misspelt(text, start))
    at += name[0].length
    const value = Object.hasOwn(variables, name[1]!) ? variables[name[1]!] : undefined
    if (name[2] === '}') {
      if (taken && value === undefined) unset ??= name[1]
      if (taken && value !== undefined) used.push(name[1]!)
      return value ?? ''
    }
    const isSet = value !== undefined && value !== ''
    const fallback = part(nested + 1, taken && !isSet)
    if (text[at] !== '}') throw new Fault(unclosed(start))
    at++
    if (taken && isSet) used.push(name[1]!)
    return isSet ? value : fallback
  }

  try {
    const result = part(0, true)
    return unset === undefined ? { text: result, used } : { used, unset }
  } catch (error) {
    if (error instanceof Fault) return { used, fault: error.message }
    throw error
  }
}

/** A place in a value, and what was found there. */
export interface Place<T> {
  readonly keys: readonly string[]
  readonly found: T
}

/** A value after its variables were put in. Keys whose variable is not set are left out. */
export interface InterpolatedData {
  readonly value: Json
  /** Where variables were put in, and which. */
  readonly used: readonly Place<readonly string[]>[]
  /** What was left out for want of a variable. */
  readonly unset: readonly Place<string>[]
  readonly faults: readonly Place<string>[]
}

/** Put variables into every text of a value; keys are left as they are. An item of a list cannot be left out: there an unset variable is a fault. */
export function interpolateData(data: Json, variables: Variables): InterpolatedData {
  const used: Place<readonly string[]>[] = []
  const unset: Place<string>[] = []
  const faults: Place<string>[] = []
  const visit = (value: Json, keys: readonly string[], inList: boolean): Json | undefined => {
    if (typeof value === 'string') {
      const result = interpolate(value, variables)
      if (result.fault !== undefined) faults.push({ keys, found: result.fault })
      else if (result.unset !== undefined && inList) faults.push({ keys, found: `the variable ${result.unset} is not set` })
      else if (result.unset !== undefined) unset.push({ keys, found: result.unset })
      else if (value.includes('${')) used.push({ keys, found: result.used })
      return result.text
    }
    if (Array.isArray(value)) return value.flatMap((item, i) => visit(item, [...keys, String(i)], true) ?? [])
    if (!isObject(value)) return value
    const entries = Object.entries(value).map(([key, inside]) => [key, visit(inside, [...keys, key], false)] as const)
    return Object.fromEntries(entries.filter((entry): entry is [string, Json] => entry[1] !== undefined))
  }
  return { value: visit(data, [], false) ?? null, used, unset, faults }
}

/** The text as it must be written so that it stays as it is. */
export function escapeDollars(text: string): string {
  return text.replace(/\$(?=[${])/g, '$$$$')
}

class Fault extends Error {}

function unclosed(start: number): string {
  return `the \${ at character ${start + 1} has no }`
}

function misspelt(text: string, start: number): string {
  if (!text.slice(start).includes('}')) return unclosed(start)
  return `the \${ at character ${start + 1} is not followed by a variable: \${NAME} or \${NAME:-default} is possible; $$ is a dollar`
}
