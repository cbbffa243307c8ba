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

/** What a process needs to be a runner: the script it runs, and the `zod` it may load; each with its compiled code beside it. */
export interface RunnerFile {
  readonly script: string
  readonly zod: HostZod
  /** All files that must be readable. */
  readonly files: readonly string[]
}

const made = new Map<string, RunnerFile>()

/**
 * The runner and the contract as one script in the cache, and `zod` as another with its compiled code beside it (`.code`): a process that reads one file is
 * ready sooner than one that reads thirty, and one whose plugin imports no `zod` does not pay for it. Made anew when one of their sources has changed.
 */
export function runnerFile(cache: string): RunnerFile {
  const known = made.get(cache)
  if (known && isThere(known)) return known
  const file = recall(cache) ?? make(cache)
  made.set(cache, file)
  return file
}

function isThere({ script, zod }: Pick<RunnerFile, 'script' | 'zod'>): boolean {
  return existsSync(script) && existsSync(zod.script)
}

function entryUrl(): string {
  return import.meta.resolve(import.meta.url.endsWith('.ts') ? './runner.ts' : './runner.js')
}

function zodEntry(): string {
  return createRequire(import.meta.url).resolve('zod')
}

function listName(): string {
  return `${hash(entryUrl(), process.execPath, 'boot, body, zod and its home')}.json`
}

function make(cache: string): RunnerFile {
  const folder = join(cache, 'runner')
  const modules = collect(entryUrl())
  const runner = ascii(joined(modules))
  const zodText = ascii(commonJsExpression(zodEntry()))
  const runnerBody = keep(folder, `${hash(runner)}.js`, runner)
  const zodBody = keep(folder, `${hash(zodText)}.js`, zodText)
  compile(runnerBody, useOfRunner)
  compile(zodBody, useOfZod)
  const script = keep(folder, `${hash(runnerBody, boot)}.cjs`, boot.replace('PATH', JSON.stringify(runnerBody)))
  const zod = { script: zodBody, home: new URL('.', pathToFileURL(zodEntry())).href }
  const file = { script, zod, files: [script, ...[runnerBody, zodBody].flatMap((body) => [body, `${body}.code`])] }
  const sources = [...modules.map(({ url }) => fileURLToPath(url)), zodEntry(), fileURLToPath(import.meta.url)]
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
    const { script, zod, files, sources } = JSON.parse(readFileSync(join(cache, 'runner', listName()), 'utf8')) as RunnerFile & {
      sources: Record<string, string>
    }
    const fresh = isThere({ script, zod }) && Object.entries(sources).every(([file, was]) => stamp(file) === was)
    return fresh ? { script, zod, files } : undefined
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
function joined(modules: readonly Module[]): string {
  const parts = modules.map(
    ({ url, code, exports }) =>
      `// ${url.split('/').slice(-3).join('/')}\nconst ${moduleName(url)} = (() => {\n${code}\nreturn { ${exports.join(', ')} };\n})();`,
  )
  const doors = modules.filter(({ url }) => /\/plugin\/(src|dist)\/(index|internal)\.\w+$/.test(url))
  const contract = `{ ${doors.map(({ url }) => `...${moduleName(url)}`).join(', ')} }`
  const builtins = new Set(modules.flatMap(({ builtins }) => builtins))
  const requires = [...builtins].map((specifier) => `const ${builtinName(specifier)} = require('${specifier}');`)
  return `(require) => {
'use strict';
${requires.join('\n')}
${parts.join('\n')}
${moduleName(modules.at(-1)!.url)}.runner(${contract});
}
`
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
