import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { after, before, describe, test, type TestContext } from 'node:test'
import { blocks, root } from '../docs/blocks.ts'
import { systemNode, systemPath } from '../system-node.ts'

/** What npm says where it cannot reach a registry and has no copy of its own. */
const unreachable = /ENOTCACHED|ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH/

/** As a person's shell, without what `npm test` adds; npm's cache and registry stay those of the machine. */
const kept = ([key]: [string, unknown]): boolean => !key.startsWith('npm_') || /^npm_config_(cache|registry|userconfig)$/.test(key)
const clean: NodeJS.ProcessEnv = Object.fromEntries(Object.entries(process.env).filter(kept))
const environment = { ...clean, PATH: systemPath, npm_config_update_notifier: 'false' }

let folder = ''
let tarballs: string[] = []
const installed = new Map<string, { place: string; cannot?: string }>()

before(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'cardcage-packing-')))
  const packed = spawnSync(process.execPath, [join(root, 'scripts/pack.ts'), join(folder, 'tarballs')], { encoding: 'utf8' })
  assert.equal(packed.status, 0, packed.stdout + packed.stderr)
  tarballs = packed.stdout.trim().split('\n')
})
after(() => rmSync(folder, { recursive: true, force: true }))

/** An empty folder with the tarballs installed. Skips the test where npm can reach neither a registry nor a cache; fails where it refuses. */
function install(t: TestContext, ...options: string[]): string | undefined {
  const key = options.join(' ')
  const known = installed.get(key) ?? { place: join(folder, `installed${installed.size}`) }
  if (!installed.has(key)) {
    installed.set(key, known)
    mkdirSync(known.place)
    writeFileSync(join(known.place, 'package.json'), '{ "name": "somebody", "private": true, "type": "module" }')
    const args = ['install', '--prefer-offline', '--no-audit', '--no-fund', ...options, ...tarballs]
    const run = spawnSync('npm', args, { cwd: known.place, env: environment, encoding: 'utf8' })
    if (run.status !== 0 && unreachable.test(run.stderr)) known.cannot = `npm cannot install here: ${unreachable.exec(run.stderr)?.[0]}`
    else assert.equal(run.status, 0, run.stderr)
  }
  if (known.cannot === undefined) return known.place
  t.skip(known.cannot)
  return undefined
}

function run(place: string, program: string, args: readonly string[], path = systemPath) {
  return spawnSync(program, args, { cwd: place, env: { ...environment, PATH: path }, encoding: 'utf8', timeout: 120_000 })
}

const withPinned = (place: string): string => `${join(place, 'node_modules/.bin')}${delimiter}${systemPath}`

describe('the tarballs, installed in an empty folder', () => {
  test('hold JavaScript and declarations, no sources or tests; and every door leads to a file', (t) => {
    const place = install(t)
    if (place === undefined) return
    const ours = globSync(['node_modules/cardcage/**/*', 'node_modules/@cardcage/**/*'], { cwd: place })
    assert.ok(ours.length > 20)
    const stray = ours.filter((path) => /\.test\.|\/fixtures\/|(?<!\.d)\.ts$|\/tsconfig\.json$/.test(path) && !path.includes('/templates/'))
    assert.deepEqual(stray, [])
    for (const path of ours.filter((one) => /^node_modules\/(cardcage|@cardcage\/[^/]+)\/package\.json$/.test(one))) {
      const manifest = JSON.parse(readFileSync(join(place, path), 'utf8')) as { exports: unknown }
      const doors: string[] = JSON.stringify(manifest.exports).match(/(?<=")\.\/[^"]+\.[a-z.]+(?=")/g) ?? []
      assert.ok(doors.length > 0, path)
      const missing: string[] = doors.filter((door) => !existsSync(join(place, path, '..', door)))
      assert.deepEqual(missing, [], path)
    }
  })

  test('npx cardcage --version', (t) => {
    const place = install(t)
    if (place === undefined) return
    const { version } = JSON.parse(readFileSync(join(root, 'packages/cli/package.json'), 'utf8')) as { version: string }
    const result = run(place, 'npx', ['cardcage', '--version'])
    assert.equal(result.stdout.trim(), version, result.stderr)
    assert.equal(result.status, 0)
  })

  test('cardcage plugin list shows the built-in plugins that came along', (t) => {
    const place = install(t)
    if (place === undefined) return
    const result = run(place, 'npx', ['cardcage', 'plugin', 'list', '--json'])
    assert.equal(result.status, 0, result.stderr)
    const listed = JSON.parse(result.stdout) as { id: string; path: string; state: string }[]
    const folders = globSync('plugins/*/plugin.{json,toml}', { cwd: root }).length
    assert.equal(listed.length, folders)
    assert.deepEqual(
      listed.filter(({ state, path }) => state === 'failed' || !path.startsWith(join(place, 'node_modules/cardcage/plugins/'))),
      [],
    )
  })

  test('cardcage demo runs them, each with its libraries', (t) => {
    const place = install(t)
    if (place === undefined) return
    const result = run(place, 'npx', ['cardcage', 'demo', '--json'])
    assert.equal(result.status, 0, result.stdout + result.stderr)
    const { figures } = JSON.parse(result.stdout) as { figures: string[] }
    assert.ok(figures.length > 0)
    for (const figure of figures) assert.ok(existsSync(join(place, figure)) || existsSync(figure), figure)
  })

  test('the embedding example of the README runs, and type-checks against the declarations', (t) => {
    const place = install(t)
    if (place === undefined) return
    const examples = blocks('README.md', readFileSync(join(root, 'README.md'), 'utf8')).filter(({ marks }) => marks.includes('embedding'))
    assert.equal(examples.length, 1, 'README.md has one block that is marked embedding')
    const [example] = examples
    writeFileSync(join(place, 'embedding.ts'), example?.code ?? '')
    const options = {
      target: 'esnext',
      module: 'nodenext',
      strict: true,
      noEmit: true,
      skipLibCheck: true,
      types: ['node'],
      typeRoots: [join(root, 'node_modules/@types')],
    }
    writeFileSync(join(place, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, include: ['embedding.ts'] }))
    const types = run(place, process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', '.', '--pretty', 'false'])
    assert.equal(types.stdout, '')
    const result = run(place, 'node', ['embedding.ts'], withPinned(place))
    assert.equal(result.status, 0, result.stdout + result.stderr)
  })

  test('--omit=optional under a Node below 26: one line that says what to install, exit 7', { skip: systemNode.skip }, (t) => {
    const place = install(t, '--omit=optional')
    if (place === undefined) return
    const result = run(place, 'node_modules/.bin/cardcage', ['demo'])
    assert.equal(result.status, 7)
    assert.equal(result.stdout, '')
    assert.match(result.stderr, /^cardcage needs Node 26 [^\n]*install Node 26, or install again without --omit=optional\n$/)
  })
})
