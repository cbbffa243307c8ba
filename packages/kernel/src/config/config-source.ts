import { realpathSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { Json } from '@cardcage/plugin'
import { dataFormatOf, parseDataText, readDataText } from '../manifest/data-text.ts'
import { isObject, isUnsafe, printPath } from '../manifest/schema-node.ts'
import type { ConfigProblem } from './config-problem.ts'
import { configProblem } from './config-problem.ts'
import type { FileLayer } from './config-places.ts'
import { interpolateData, type Place, type Variables } from './interpolate.ts'

/** A file of configuration that could be read, with its variables put in. */
export interface ConfigSource {
  readonly file: string
  readonly layer: FileLayer | 'workspace'
  readonly value: Readonly<Record<string, Json>>
  /** Line (from 1) of a key, or of the nearest around it. */
  line(keys: readonly string[]): number | undefined
  /** Where variables were put in. */
  readonly used: readonly Place<readonly string[]>[]
  /** What was left out for want of a variable. */
  readonly unset: readonly Place<string>[]
}

/** How deep files may include files. */
const deepestInclude = 10

/** How many files one configuration may have. */
const mostFiles = 100

/**
 * Read a file of configuration and those it includes, lowest first: what is included is below what includes it, and of several the later ones are above. What
 * is wrong is added to `problems`; a file that cannot be read is none of the sources.
 */
export function readConfigSources(
  file: string,
  layer: FileLayer,
  variables: Variables,
  problems: ConfigProblem[],
): readonly ConfigSource[] {
  const sources: ConfigSource[] = []
  const read = new Set<string>()
  const visit = (path: string, way: readonly string[], from?: { readonly source: ConfigSource; readonly keys: readonly string[] }) => {
    const real = realPath(path)
    const wrong = (message: string, fix: string) => {
      const line = from?.source.line(from.keys)
      problems.push(configProblem({ file: from?.source.file ?? path, line, key: from && 'include', message, fix }))
    }
    if (way.includes(real))
      return wrong(
        `the files include each other in a circle: ${[...way.slice(way.indexOf(real)), real].join(' → ')}`,
        'Take out one of these includes.',
      )
    if (way.length > deepestInclude)
      return wrong(`files include files more than ${deepestInclude} deep`, 'Include the last of them directly.')
    if (read.has(real)) return undefined
    if (read.size >= mostFiles) return wrong(`more than ${mostFiles} files are included`, 'Put them together.')
    read.add(real)
    const source = readConfigSource(path, layer, variables, problems)
    if (!source) return undefined
    for (const { keys, text } of includesOf(source, problems)) visit(resolve(dirname(path), text), [...way, real], { source, keys })
    sources.push(source)
  }
  visit(file, [])
  return sources
}

/** Read one file of configuration; without `variables` its texts stay as they are written. What is wrong is added to `problems`; `undefined` where there is nothing to be used. */
export function readConfigSource(
  file: string,
  layer: ConfigSource['layer'],
  variables: Variables | undefined,
  problems: ConfigProblem[],
): ConfigSource | undefined {
  const wrong = (message: string, fix: string, line?: number, key?: string) =>
    void problems.push(configProblem({ file, line, key, message, fix }))
  const format = dataFormatOf(file)
  if (!format) return wrong('its name says neither YAML nor TOML nor JSON', 'Call it .yaml, .yml, .toml or .json.')
  const read = readDataText(file)
  if ('fault' in read) return wrong(...unreadable(read))
  const parsed = parseDataText(read.text, format)
  if (parsed.fault)
    return wrong(`is not ${format.toUpperCase()}: ${withoutContent(parsed.fault.message)}`, 'Correct it there.', parsed.fault.line)
  const given = parsed.value ?? {}
  if (!isObject(given))
    return wrong(`holds ${Array.isArray(given) ? 'a list' : 'one value'}; keys with values are needed`, 'See `cardcage config schema`.')
  if (isUnsafe(given)) return wrong('is nested deeper than 100, or has a key "__proto__"', 'Make it flatter.')
  const { value, used, unset, faults } = variables ? interpolateData(given, variables) : { value: given, used: [], unset: [], faults: [] }
  for (const { keys, found } of faults)
    wrong(found, 'Correct the text, or give a default: ${NAME:-default}.', parsed.line(keys), printPath(keys))
  return { file, layer, value: value as Record<string, Json>, line: (keys) => parsed.line(keys), used, unset }
}

function unreadable({ fault, fix }: { readonly fault: string; readonly fix: string }): [message: string, fix: string] {
  if (/ENOENT|ENOTDIR/.test(fault)) return ['does not exist', 'Correct the path.']
  if (/EACCES|EPERM/.test(fault)) return ['may not be read by this user', 'Change its permissions.']
  return [fault, fault === 'is not a file' ? 'Name a file: a folder is no configuration.' : fix]
}

/** A fault of syntax may cite what stands there, which may be a secret without its quotes. */
function withoutContent(message: string): string {
  return message.replace(/^(Unresolved (?:alias|tag)[^:]*): .*$/s, '$1; put a text that begins with * or ! in quotes')
}

function includesOf(
  source: ConfigSource,
  problems: ConfigProblem[],
): readonly { readonly text: string; readonly keys: readonly string[] }[] {
  const include = source.value['include']
  if (include === undefined) return []
  const listed = Array.isArray(include) ? include : [include]
  return listed.flatMap((text, i) => {
    const keys = Array.isArray(include) ? ['include', String(i)] : ['include']
    if (typeof text === 'string' && text !== '') return [{ text, keys }]
    const message = 'the path of a file is needed, or a list of them'
    problems.push(
      configProblem({ file: source.file, line: source.line(keys), key: printPath(keys), message, fix: 'Name files relative to this one.' }),
    )
    return []
  })
}

function realPath(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}
