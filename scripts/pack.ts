/**
 * Makes the tarballs that are published: `node scripts/pack.ts [FOLDER]`, default `dist`. JavaScript and declarations come from `tsc`; the
 * workspace itself is not touched. Prints the path of each tarball.
 */
import { execFileSync } from 'node:child_process'
import { cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { compiledEntry, compiledText, published, withDependencies, type Manifest } from './published.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const target = resolve(process.argv[2] ?? join(root, 'dist'))
const stage = mkdtempSync(join(tmpdir(), 'cardcage-pack-'))
/** Never published of sources. Folders beside `src` are: a template may hold a test. */
const unpublished = ['**/node_modules/**', '**/fixtures/**', '**/test/**', '**/*.test.ts', '**/*.bench.ts']

try {
  mkdirSync(target, { recursive: true })
  const compiled = compile(join(stage, 'compiled'))
  for (const folder of globSync('packages/*/package.json', { cwd: root }).map(dirname).sort()) console.log(packOne(folder, compiled))
} finally {
  rmSync(stage, { recursive: true, force: true })
}

/** All packages and built-in plugins in one run of the compiler, laid out as in the workspace. */
function compile(outDir: string): string {
  const sources = ['packages/*/src/**/*', 'plugins/**/*'].map((pattern) => join(root, pattern))
  const config = {
    extends: join(root, 'tsconfig.json'),
    compilerOptions: { noEmit: false, declaration: true, outDir, rootDir: root, typeRoots: [join(root, 'node_modules/@types')] },
    include: sources,
    exclude: unpublished.map((pattern) => join(root, pattern)),
  }
  const path = join(stage, 'tsconfig.json')
  writeFileSync(path, JSON.stringify(config))
  run(join(root, 'node_modules/.bin/tsc'), ['-p', path], root)
  return outDir
}

function packOne(folder: string, compiled: string): string {
  const place = join(stage, folder)
  const manifest = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as Manifest
  copy(join(compiled, folder, 'src'), join(place, 'dist'), { edit: compiledText })
  copy(join(root, folder, 'src'), join(place, 'dist'), { without: ['**/*.ts', ...unpublished] })
  copy(join(root, folder), place, { without: ['src/**', 'test/**', 'dist/**', 'node_modules/**', 'package.json', '**/tsconfig.json'] })
  const added = manifest.name === 'cardcage' ? addProgramFiles(place, compiled) : []
  writeFileSync(join(place, 'package.json'), `${JSON.stringify(withDependencies(published(manifest), added), null, 2)}\n`)
  const [packed] = JSON.parse(run('npm', ['pack', '--json', '--silent', '--pack-destination', target], place)) as { filename: string }[]
  return join(target, basename(packed?.filename ?? ''))
}

/** What the command line brings along: the built-in plugins, the data of the demonstration, the README. @returns the plugins' manifests */
function addProgramFiles(place: string, compiled: string): Manifest[] {
  copy(join(root, 'examples/data'), join(place, 'examples/data'))
  for (const file of globSync(['README.md', 'LICENSE'], { cwd: root })) cpSync(join(root, file), join(place, file))
  return globSync('plugins/*/package.json', { cwd: root }).map((path) => {
    const folder = dirname(path)
    const manifest = JSON.parse(readFileSync(join(root, path), 'utf8')) as Manifest
    copy(join(compiled, folder), join(place, folder), { without: ['**/*.d.ts'], edit: compiledText })
    copy(join(root, folder), join(place, folder), { without: ['**/*.ts', 'package.json', ...unpublished], edit: compiledEntry })
    writeFileSync(join(place, path), `${JSON.stringify(published(manifest), null, 2)}\n`)
    return manifest
  })
}

interface Copy {
  /** Patterns of what stays behind. */
  readonly without?: readonly string[]
  /** The text that is written instead of a file's own; nothing where it is copied as it is. */
  readonly edit?: (name: string, text: string) => string | undefined
}

function copy(from: string, to: string, { without = [], edit }: Copy = {}): void {
  for (const entry of globSync('**/*', { cwd: from, exclude: [...without], withFileTypes: true }).filter((found) => found.isFile())) {
    const source = join(entry.parentPath, entry.name)
    const path = join(to, source.slice(from.length + 1))
    mkdirSync(dirname(path), { recursive: true })
    const text = edit?.(entry.name, readFileSync(source, 'utf8'))
    if (text === undefined) cpSync(source, path)
    else writeFileSync(path, text)
  }
}

function run(program: string, args: readonly string[], cwd: string): string {
  try {
    return execFileSync(program, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string }
    throw new Error(`${basename(program)} ${args.join(' ')} failed:\n${stdout ?? ''}${stderr ?? ''}`, { cause: error })
  }
}
