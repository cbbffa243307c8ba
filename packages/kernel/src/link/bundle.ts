import { existsSync, readFileSync, statSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
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

/**
 * The runner, the contract and all they import as one JavaScript file in the cache: a process that loads one file starts sooner than one that loads thirty.
 * It holds our own modules only, which export by name and do not import in circles; each becomes a function that runs once, in order of import.
 *
 * @returns path of the file
 */
export function runnerFile(cache: string): string {
  const folder = join(cache, 'runner')
  const entry = import.meta.resolve('./runner.ts'.replace(/\.ts$/, import.meta.url.endsWith('.ts') ? '.ts' : '.js'))
  const list = join(folder, `${hash(entry)}.json`)
  const known = recall(list)
  if (known) return known
  const modules = collect(entry)
  const text = joined(modules)
  const path = keep(folder, `${hash(text)}.mjs`, text)
  const files = modules.map(({ url }) => fileURLToPath(url))
  keep(folder, `${hash(entry)}.json`, JSON.stringify({ path, files: Object.fromEntries(files.map((file) => [file, stamp(file)])) }))
  return path
}

function stamp(file: string): string {
  const { mtimeMs, size } = statSync(file)
  return `${mtimeMs}:${size}`
}

function recall(list: string): string | undefined {
  try {
    const { path, files } = JSON.parse(readFileSync(list, 'utf8')) as { path: string; files: Record<string, string> }
    return existsSync(path) && Object.entries(files).every(([file, was]) => stamp(file) === was) ? path : undefined
  } catch {
    return undefined
  }
}

/** The modules an entry needs, each after those it imports. */
function collect(entry: string): Module[] {
  const modules: Module[] = []
  const seen = new Set<string>()
  const visit = (url: string) => {
    if (seen.has(url)) return
    seen.add(url)
    const path = fileURLToPath(url)
    const source = readFileSync(path, 'utf8')
    const code = path.endsWith('.ts') ? strip(source) : source
    const exports: string[] = []
    const builtins: string[] = []
    const body = code
      .replace(importStatement, (_, word: string, names: string, specifier: string) => {
        const from = target(specifier, url)
        if (from.url) visit(from.url)
        else builtins.push(specifier)
        const bindings = parseNames(names)
        if (word === 'import') return names.startsWith('*') ? `const ${names.replace(/\*\s+as\s+/, '')} = ${from.name};` : `const { ${bindings.map(destructured).join(', ')} } = ${from.name};`
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

function joined(modules: readonly Module[]): string {
  const parts = modules.map(
    ({ url, code, exports }) => `// ${url.split('/').slice(-3).join('/')}\nconst ${moduleName(url)} = (() => {\n${code}\nreturn { ${exports.join(', ')} };\n})();`,
  )
  const doors = modules.filter(({ url }) => /\/plugin\/(src|dist)\/(index|internal)\.\w+$/.test(url))
  const names = [...new Set(doors.flatMap(({ url, exports }) => exports.map((entry) => `${entry.split(':')[0]}=${moduleName(url)}`)))]
  const unique = new Map(names.map((pair) => pair.split('=') as [string, string]))
  const contract = [...unique].map(([name, from]) => `export const ${name} = ${from}.${name};`)
  const builtins = new Set(modules.flatMap(({ builtins }) => builtins))
  const imports = [...builtins].map((specifier) => `import * as ${builtinName(specifier)} from '${specifier}';`)
  return `${imports.join('\n')}\n${parts.join('\n')}\n${contract.join('\n')}\n${moduleName(modules.at(-1)!.url)}.runner();\n`
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
