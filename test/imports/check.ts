import { globSync, readFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import { imported, type Imported } from './imported.ts'
import { deeds, doors, rooms, rows, type Deed, type Row } from './rules.ts'
import { tokens, type Token } from './tokens.ts'

const places = ['packages/**/*.{ts,tsx,mts,js,mjs,cjs}', 'plugins/**/*.{ts,tsx,mts,js,mjs,cjs}', 'examples/**/*.{ts,tsx,mts,js,mjs,cjs}']
const foreign = /(^|\/)(node_modules|fixtures|dist|\.cardcage)\//

/** Everything under a root that breaks a rule, one line each: `file:line what it may not`. */
export function check(root: string): string[] {
  return globSync(places, { cwd: root })
    .filter((file) => !foreign.test(file))
    .sort()
    .flatMap((file) => checkFile(file, tokens(readFileSync(join(root, file), 'utf8'))))
}

function checkFile(file: string, list: readonly Token[]): string[] {
  const row = rowOf(file)
  if (row === undefined)
    return /^(packages|plugins)\//.test(file) ? [`${file}:1 lies in a package that has no row in the table of imports`] : []
  const found = imported(list).flatMap((one) => {
    const why = forbidden(file, row, one) ?? forbiddenModule(file, one)
    return why === undefined ? [] : [`${file}:${one.line} imports '${one.specifier}': ${why}`]
  })
  return [...strayRoom(file), ...found, ...(isTest(file) ? [] : forbiddenDeeds(file, list))]
}

/** Why a file may not import what it does; nothing where it may. */
function forbidden(file: string, row: Row, { specifier }: Imported): string | undefined {
  for (const door of doors) {
    if (specifier === door.specifier && !door.only.some((folder) => within(file, folder))) return `only ${door.only.join(', ')} may`
  }
  const target = targetOf(file, specifier)
  if (target === undefined) return undefined
  const own = packageOf(file)
  // The repository's own tests are no package: other tests may share what is in them.
  if (target.package === 'test') return isTest(file) ? undefined : `what is in test is for tests only`
  if (target.package === own) return target.path === undefined || isTest(file) ? undefined : againstTheLine(file, target.path)
  const may = isTest(file) ? [...row.may, ...(row.inTests ?? [])] : row.may
  if (!may.includes(target.package)) return `${own} may import ${may.length === 0 ? 'nothing of ours' : `only ${may.join(', ')}`}`
  return target.path === undefined ? undefined : `another package is imported by its name, not by its path`
}

/** Of the kernel's rooms: why the one that imports stands too far left. */
function againstTheLine(file: string, path: string): string | undefined {
  const [here, there] = [roomOf(file), roomOf(path)]
  if (here === undefined || there === undefined || there.place <= here.place) return undefined
  return `${here.name} stands before ${there.name} in the kernel's line, and a room imports only rooms before it`
}

function strayRoom(file: string): string[] {
  const room = roomOf(file)
  return room?.place === -1 ? [`${file}:1 lies in kernel/src/${room.name}, a room that is not in the kernel's line`] : []
}

function roomOf(path: string): { name: string; place: number } | undefined {
  const [, first, rest] = /^packages\/kernel\/src\/([^/]+)(\/.*)?$/.exec(path) ?? []
  if (first === undefined) return undefined
  if (rest === undefined) return { name: first, place: rooms.length }
  return { name: first, place: rooms.findIndex((room) => room === first) }
}

function forbiddenModule(file: string, { specifier }: Imported): string | undefined {
  if (isTest(file)) return undefined
  const deed = deeds.find(({ modules, only }) => modules?.includes(specifier) && !allows(only, file))
  return deed && refusal(deed)
}

function forbiddenDeeds(file: string, list: readonly Token[]): string[] {
  const asked = deeds.filter(({ only }) => !allows(only, file))
  return list.flatMap((token, index) =>
    asked.flatMap((deed) => {
      const seen = deed.members?.find((member) => reads(list, index, member)) ?? deed.calls?.find((name) => calls(list, index, name))
      return seen === undefined ? [] : [`${file}:${token.line} has ${seen}: ${refusal(deed)}`]
    }),
  )
}

/** `process.env`, `process?.env`, `process['env']`, `{ env } = process`, `{ env } from 'node:process'`. */
function reads(list: readonly Token[], index: number, member: string): boolean {
  const [object, property] = member.split('.')
  const token = list[index]
  if (token?.kind === 'word' && token.value === object) {
    const rest = list.slice(index + 1, index + 4).filter(({ value }) => value !== '?' && value !== '.' && value !== '[')
    const next = list[index + 1]?.value ?? ''
    return '?.['.includes(next) && next !== '' && rest[0]?.value === property
  }
  if (token?.value !== property || token?.kind !== 'word') return false
  const end = list.findIndex(({ kind, value }, at) => at > index && kind === 'mark' && !',:'.includes(value))
  const [brace, link, source] = list.slice(end, end + 3)
  return (
    brace?.value === '}' &&
    (link?.value === '=' || link?.value === 'from') &&
    (source?.value === object || source?.value === `node:${object}`)
  )
}

function calls(list: readonly Token[], index: number, name: string): boolean {
  return (
    list[index]?.kind === 'word' && list[index].value === name && list[index + 1]?.value === '(' && list[index - 1]?.value !== 'function'
  )
}

/** What a specifier means: one of our packages, and the path from the root where it was named by path. */
function targetOf(file: string, specifier: string): { package: string; path?: string } | undefined {
  if (specifier.startsWith('.')) {
    const path = posix.normalize(posix.join(dirname(file), specifier))
    return { package: packageOf(path), path }
  }
  const [, name] = /^@cardcage\/([^/]+)/.exec(specifier) ?? []
  if (name !== undefined) return { package: rowOf(`packages/${name}/x`) === undefined ? `plugins/${name}` : `packages/${name}` }
  return /^cardcage(\/|$)/.test(specifier) ? { package: 'packages/cli' } : undefined
}

function packageOf(path: string): string {
  const parts = path.split('/')
  return /^(packages|plugins|examples)$/.test(parts[0] ?? '') ? parts.slice(0, 2).join('/') : (parts[0] ?? '')
}

function rowOf(file: string): Row | undefined {
  return rows.find(({ from }) =>
    from.endsWith('/*') ? file.startsWith(from.slice(0, -1)) && file.split('/').length > 2 : within(file, from),
  )
}

function within(file: string, folder: string): boolean {
  return file.startsWith(`${folder}/`)
}

function allows(only: readonly string[], file: string): boolean {
  return only.some((beginning) => file.startsWith(beginning))
}

function refusal({ what, only }: Deed): string {
  return `only ${only.join(', ')} ${what}`
}

function isTest(file: string): boolean {
  return /\.test\.[mc]?[jt]s$|\/test\//.test(file)
}
