import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { createRequire, isBuiltin } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { commonJsExpression } from './common-js.ts'
import { hash, keep, strip } from './modules.ts'

const importStatement = /^(import|export)\s+(?:type\s+)?(\{[^}]*\}|\*\s+as\s+\w+)\s+from\s+'([^']+)'\s*;?$/gm
const exportDeclaration = /^export\s+(async\s+function\s*\*?|function\s*\*?|class|const|let)\s+(\w+)/gm

/** What one of our modules is made of, as far as joining needs it. */
interface Module {
  readonly url: string
  readonly code: string
  readonly exports: readonly string[]
  /** Specifiers of Node's own modules it imports. */
  readonly builtins: readonly string[]
}

/** The host's `zod`: as a script, and the URL of its folder, by which a link to it is known. */
export interface HostZod {
  readonly script: string
  readonly home: string
}

/** What a process needs to be a runner: the script it runs, what it loads for a plugin in a guide's form, and the `zod` it may load; each with its compiled code. */
export interface RunnerFile {
  readonly script: string
  readonly guides: string
  readonly zod: HostZod
  /** All files that must be readable. */
  readonly files: readonly string[]
}

const made = new Map<string, RunnerFile>()

/**
 * The runner and the contract as one script in the cache, and what guides' plugins need and `zod` as two others, with their compiled code beside them (`.code`): a
 * process that reads one file is ready sooner than one that reads thirty, and one whose plugin needs neither does not pay for them. Made anew when one of
 * their sources has changed.
 */
export function runnerFile(cache: string): RunnerFile {
  const known = made.get(cache)
  if (known && isThere(known)) return known
  const file = recall(cache) ?? make(cache)
  made.set(cache, file)
  return file
}

function isThere({ script, guides, zod }: Pick<RunnerFile, 'script' | 'guides' | 'zod'>): boolean {
  return [script, guides, zod.script].every((path) => existsSync(path))
}

function ownUrl(name: string): string {
  return import.meta.resolve(`./${name}${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`)
}

function zodEntry(): string {
  return createRequire(import.meta.url).resolve('zod')
}

function listName(): string {
  return `${hash(ownUrl('runner'), process.execPath, 'boot, body, guides, zod and its home')}.json`
}

function make(cache: string): RunnerFile {
  const folder = join(cache, 'runner')
  const modules = collect(ownUrl('runner'))
  const known = new Set(modules.map(({ url }) => url))
  const guides = collect(ownUrl('adapt/guide-definition')).filter(({ url }) => !known.has(url))
  const guidesText = ascii(joinedGuides(modules, guides))
  const guidesBody = keep(folder, `${hash(guidesText)}.js`, guidesText)
  const runner = ascii(joined(modules, guidesBody))
  const zodText = ascii(commonJsExpression(zodEntry()))
  const runnerBody = keep(folder, `${hash(runner)}.js`, runner)
  const zodBody = keep(folder, `${hash(zodText)}.js`, zodText)
  compile(runnerBody, useOfRunner)
  compile(guidesBody, '() => undefined')
  compile(zodBody, useOfZod)
  const script = keep(folder, `${hash(runnerBody, boot)}.cjs`, boot.replace('PATH', JSON.stringify(runnerBody)))
  const zod = { script: zodBody, home: new URL('.', pathToFileURL(zodEntry())).href }
  const file = {
    script,
    guides: guidesBody,
    zod,
    files: [script, ...[runnerBody, guidesBody, zodBody].flatMap((body) => [body, `${body}.code`])],
  }
  const sources = [...[...modules, ...guides].map(({ url }) => fileURLToPath(url)), zodEntry(), fileURLToPath(import.meta.url)]
  keep(folder, listName(), JSON.stringify({ ...file, sources: Object.fromEntries(sources.map((file) => [file, stamp(file)])) }))
  return file
}

/** JavaScript without a character beyond ASCII: read as Latin-1 it needs no decoding and takes half the memory. */
function ascii(code: string): string {
  // oxlint-disable-next-line no-control-regex -- all of ASCII
  return code.replace(/[^\u0000-\u007f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** What a runner's process begins with: the body, with the code V8 made of it before where that is there; without it, it is compiled. */
const boot = `const { readFileSync } = require('node:fs'), { Script } = require('node:vm'), path = PATH
let cachedData
try { cachedData = readFileSync(path + '.code') } catch {}
new Script(readFileSync(path, 'latin1'), { filename: path, cachedData }).runInThisContext()(require)
`

/** Start a runner on a channel that leads nowhere: what runs then is compiled ahead. */
const useOfRunner = `(run) => {
  class Socket { on() {} write() {} cork() {} uncork() {} destroy() {} }
  run((name) => (name === 'node:net' ? { Socket } : require(name)))
}`

/** What most plugins do with `zod` as they start. */
const useOfZod = `(z) => {
  const schema = z.object({ a: z.string().min(1).default('x').describe('a'), b: z.number().min(0).max(1).optional(), c: z.int().min(1).default(2),
    d: z.enum(['p', 'q']).default('p'), e: z.boolean().default(true), f: z.array(z.string()).default([]) })
  schema['~standard'].jsonSchema.input({ target: 'draft-2020-12' })
  for (const c of [3, 'three']) schema['~standard'].validate({ c })
}`

/** Run a script once in a process of its own, use its value, and keep what V8 made of it beside it. Without that it is compiled at each start. */
function compile(path: string, use: string): void {
  const code = `const { Script } = require('node:vm'), fs = require('node:fs'), path = process.argv[1]
    const script = new Script(fs.readFileSync(path, 'latin1'), { filename: path })
    ;(${use})(script.runInThisContext())
    fs.writeFileSync(path + '.' + process.pid, script.createCachedData())
    fs.renameSync(path + '.' + process.pid, path + '.code')
    process.exit()`
  spawnSync(process.execPath, ['-e', code, path], { stdio: 'ignore', env: {} })
}

function stamp(file: string): string {
  const { mtimeMs, size } = statSync(file)
  return `${mtimeMs}:${size}`
}

function recall(cache: string): RunnerFile | undefined {
  try {
    const { script, guides, zod, files, sources } = JSON.parse(readFileSync(join(cache, 'runner', listName()), 'utf8')) as RunnerFile & {
      sources: Record<string, string>
    }
    const fresh = isThere({ script, guides, zod }) && Object.entries(sources).every(([file, was]) => stamp(file) === was)
    return fresh ? { script, guides, zod, files } : undefined
  } catch {
    return undefined
  }
}

/** The modules an entry needs, each after those it imports. Ours export by name and do not import in circles. */
function collect(entry: string): Module[] {
  const modules: Module[] = []
  const seen = new Set<string>()
  const visit = (url: string) => {
    if (seen.has(url)) return
    seen.add(url)
    const path = fileURLToPath(url)
    const source = readFileSync(path, 'utf8')
    // Where a type was, stripping leaves spaces of as many bytes: beyond ASCII they are not JavaScript's once escaped.
    const code = path.endsWith('.ts') ? strip(source).replace(/[\u00a0\u2002]/g, ' ') : source
    const exports: string[] = []
    const builtins: string[] = []
    const body = code
      .replace(importStatement, (_, word: string, names: string, specifier: string) => {
        const from = target(specifier, url)
        if (from.url) visit(from.url)
        else builtins.push(specifier)
        const bindings = parseNames(names)
        if (word === 'import')
          return names.startsWith('*')
            ? `const ${names.replace(/\*\s+as\s+/, '')} = ${from.name};`
            : `const { ${bindings.map(destructured).join(', ')} } = ${from.name};`
        exports.push(...bindings.map(({ from: name, to }) => `${to}: ${from.name}.${name}`))
        return ''
      })
      .replace(exportDeclaration, (_, word: string, name: string) => {
        exports.push(name)
        return `${word} ${name}`
      })
    if (/^\s*(import|export)\s/m.test(body)) throw new Error(`${path} imports or exports in a way the runner's file cannot hold`)
    modules.push({ url, code: body, exports, builtins })
  }
  visit(entry)
  return modules
}

function target(specifier: string, parent: string): { url?: string; name: string } {
  if (isBuiltin(specifier)) return { name: builtinName(specifier) }
  const url = specifier.startsWith('.') ? new URL(specifier, parent).href : import.meta.resolve(specifier)
  return { url, name: moduleName(url) }
}

/** Each module as a function that runs once, in order of import; then the contract for plugins, and the runner's start. */
function joined(modules: readonly Module[], guides: string): string {
  const doors = modules.filter(({ url }) => /\/plugin\/(src|dist)\/(index|internal)\.\w+$/.test(url))
  const contract = `{ ${doors.map(({ url }) => `...${moduleName(url)}`).join(', ')} }`
  const openGuides = `(load) => load(${JSON.stringify(guides)})(require, { ${modules.map(({ url }) => moduleName(url)).join(', ')} })`
  return `(require) => {
'use strict';
${bodies(modules)}
${moduleName(modules.at(-1)!.url)}.runner(${contract}, ${openGuides});
}
`
}

/** What the runner leaves out, as a function of what it has: the door for guides' plugins, and what makes a plugin of the contract of one. */
function joinedGuides(modules: readonly Module[], guides: readonly Module[]): string {
  const door = guides.find(({ url }) => /\/plugin\/(src|dist)\/guides\/index\.\w+$/.test(url))!
  return `(require, shared) => {
'use strict';
const { ${modules.map(({ url }) => moduleName(url)).join(', ')} } = shared;
${bodies(guides)}
return { door: ${moduleName(door.url)}, guideDefinition: ${moduleName(guides.at(-1)!.url)}.guideDefinition };
}
`
}

function bodies(modules: readonly Module[]): string {
  const builtins = new Set(modules.flatMap(({ builtins }) => builtins))
  const requires = [...builtins].map((specifier) => `const ${builtinName(specifier)} = require('${specifier}');`)
  const parts = modules.map(
    ({ url, code, exports }) =>
      `// ${url.split('/').slice(-3).join('/')}\nconst ${moduleName(url)} = (() => {\n${code}\nreturn { ${exports.join(', ')} };\n})();`,
  )
  return [...requires, ...parts].join('\n')
}

function builtinName(specifier: string): string {
  return `node_${specifier.replace(/^node:/, '').replaceAll('/', '_')}`
}

function moduleName(url: string): string {
  return `m_${hash(url).slice(0, 12)}`
}

function parseNames(names: string): { from: string; to: string }[] {
  return names
    .replace(/^\{|\}$/g, '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && !name.startsWith('type '))
    .map((name) => {
      const [from, to = from] = name.split(/\s+as\s+/) as [string, string?]
      return { from, to: to ?? from }
    })
}

function destructured({ from, to }: { from: string; to: string }): string {
  return from === to ? from : `${from}: ${to}`
}
