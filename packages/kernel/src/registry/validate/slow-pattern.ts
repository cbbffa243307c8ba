import { bounded } from '../../config/bounded.ts'
import { parsePattern } from './pattern-node.ts'
import type { PatternNode } from './pattern-node.ts'

/** Characters of a short and of a long text: the first finds exponential time, the second what grows with the third power or faster. */
const lengths = [40, 1000]

/** Milliseconds of the processor a pattern may take for one such text. A sound one takes far below one. */
const mostTime = 150

/** Beginnings and repeated parts that are tried. */
const mostAttacks = 60

/** Ends that keep a text from matching: hardly any class has all of them. */
const ends = ['\0', '\n', '!']

/**
 * A short text like the one on which a regular expression takes far too long, as `(a+)+$` does on many `a`: `aaa…`. Its repeated parts are taken out of it,
 * written out many times, and tried on the expression itself, each for a bounded time; so nothing sound is suspected. `undefined` where none was found.
 *
 * @param pattern compiles with the flag `u`
 */
export function slowText(pattern: string): string | undefined {
  const expression = new RegExp(pattern, 'u')
  const attacks: { readonly before: string; readonly again: string }[] = []
  collect(parsePattern(pattern), '', attacks)
  for (const { before, again } of attacks.slice(0, mostAttacks)) {
    for (const length of lengths) {
      const text = before + again.repeat(Math.ceil(length / again.length))
      const work = () => {
        for (const end of ends) expression.test(text + end)
        return true
      }
      if (isSlow(work)) return `${before}${again.repeat(3)}…`
    }
  }
  return undefined
}

/** Where the machine is busy the time may be over with hardly any of it spent here: then more is given. */
function isSlow(work: () => boolean): boolean {
  for (let time = mostTime; ; time *= 2) {
    const before = process.threadCpuUsage()
    if (bounded(time, work)) return false
    const { user, system } = process.threadCpuUsage(before)
    if ((user + system) / 1000 > mostTime / 2 || time > 30 * mostTime) return true
  }
}

/** Adds, for every part that may stand many times, the texts it may be: `before` leads there. @returns one text the node matches */
function collect(node: PatternNode, before: string, attacks: { before: string; again: string }[]): string {
  if (node.kind === 'one') return samples(node.source)[0] ?? ''
  if (node.kind === 'all') return node.parts.reduce((text, part) => text + collect(part, before + text, attacks), '')
  if (node.kind === 'any') return node.branches.map((branch) => collect(branch, before, attacks))[0] ?? ''
  const body = collect(node.body, before, attacks)
  if (node.max > 10) {
    const known = new Set(attacks.map((attack) => `${attack.before}\0${attack.again}`))
    for (const again of texts(node.body)) if (again !== '' && !known.has(`${before}\0${again}`)) attacks.push({ before, again })
  }
  return body.repeat(node.min)
}

/** Texts a part may be: every character of it alone, every branch, the whole. */
function texts(node: PatternNode): ReadonlySet<string> {
  if (node.kind === 'one') return new Set(samples(node.source))
  if (node.kind === 'any') return new Set(node.branches.flatMap((branch) => [...texts(branch)]))
  if (node.kind === 'repeat') return texts(node.body)
  const each = node.parts.map((part) => [...texts(part)])
  const whole = each.map(([first = '']) => first).join('')
  return new Set([...each.flat(), whole].slice(0, 24))
}

/** Characters looked for in a class, some of every sort. */
const alphabet = ['a', '0', ' ', 'A', '-', '.', '_', '@', '/', ',', '\n', 'é']

function samples(source: string): readonly string[] {
  if (source.length === 1 && source !== '.') return [source]
  const one = new RegExp(`^${source}$`, 'u')
  const found = alphabet.filter((character) => one.test(character)).slice(0, 4)
  if (found.length > 0) return found
  const other = Array.from({ length: 0x250 }, (_, code) => String.fromCharCode(code)).find((character) => one.test(character))
  return other === undefined ? [] : [other]
}
