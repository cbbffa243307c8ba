import assert from 'node:assert/strict'
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { systemNode, systemPath } from '../system-node.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** A folder laid out like an installed package: the real `bin`, and a small program in the place of ours. */
let home = ''
let environment: NodeJS.ProcessEnv = {}
const binary = (): string => join(home, 'node_modules/cardcage/bin/cardcage.js')

before(() => {
  home = realpathSync(mkdtempSync(join(tmpdir(), 'cardcage-binary-')))
  environment = { PATH: systemPath, HOME: home, XDG_CACHE_HOME: join(home, 'cache') }
  const program = join(home, 'program')
  cpSync(join(root, 'packages/cli/bin'), join(program, 'bin'), { recursive: true })
  mkdirSync(join(program, 'src'))
  cpSync(new URL('fixtures/main.ts', import.meta.url), join(program, 'src/main.ts'))
  writeFileSync(
    join(program, 'package.json'),
    JSON.stringify({ name: 'cardcage', version: '0.0.0', type: 'module', bin: 'bin/cardcage.js' }),
  )
  mkdirSync(join(home, 'node_modules/.bin'), { recursive: true })
  symlinkSync('../program', join(home, 'node_modules/cardcage'))
  symlinkSync('../cardcage/bin/cardcage.js', join(home, 'node_modules/.bin/cardcage'))
  for (const name of readdirSync(join(root, 'node_modules')).filter((folder) => /^node-(bin-)?(linux|darwin|win)-/.test(folder))) {
    symlinkSync(join(root, 'node_modules', name), join(home, 'node_modules', name))
  }
})
after(() => rmSync(home, { recursive: true, force: true }))

function run(command: string, args: readonly string[], options: { cwd?: string; env?: NodeJS.ProcessEnv } = {}) {
  const result = spawnSync(command, args, { cwd: home, env: environment, encoding: 'utf8', ...options })
  const [first] = result.stdout.split('\n')
  return { ...result, said: first ? (JSON.parse(first) as { args: string[]; major: number; cwd: string }) : undefined }
}

describe('under the Node that runs these tests', () => {
  test('the program gets its arguments and its exit code is passed on', () => {
    const result = run(process.execPath, [binary(), 'exit', '9', 'a b', '--json'])
    assert.deepEqual(result.said?.args, ['exit', '9', 'a b', '--json'])
    assert.equal(result.status, 9)
    assert.equal(result.stderr, '')
  })

  test('what was compiled is kept in the cache folder, and nothing breaks where it cannot be', () => {
    run(process.execPath, [binary()])
    assert.ok(readdirSync(join(home, 'cache/cardcage/compiled'), { recursive: true }).length > 2)
    const file = join(home, 'not-a-folder')
    writeFileSync(file, '')
    for (const key of ['CARDCAGE_HOME', 'XDG_CACHE_HOME']) {
      const result = run(process.execPath, [binary()], { env: { ...environment, [key]: file } })
      assert.equal(result.status, 0)
      assert.equal(result.stderr, '')
    }
  })

  test('a source that changed is read anew, not from the cache', () => {
    const source = join(home, 'program/src/main.ts')
    run(process.execPath, [binary()])
    writeFileSync(source, `const changed: string = 'changed'\nprocess.stdout.write(JSON.stringify({ args: [changed] }))\n`)
    try {
      assert.deepEqual(run(process.execPath, [binary()]).said?.args, ['changed'])
    } finally {
      cpSync(new URL('fixtures/main.ts', import.meta.url), source)
    }
  })
})

describe('under a Node below 26', { skip: systemNode.skip }, () => {
  test('.bin/cardcage starts the pinned Node with the same arguments and exit code', () => {
    const result = run('node_modules/.bin/cardcage', ['exit', '10', '--json', ''])
    assert.deepEqual(result.said?.args, ['exit', '10', '--json', ''])
    assert.ok((result.said?.major ?? 0) >= 26)
    assert.equal(result.status, 10)
  })

  test('npx cardcage', () => {
    const result = run('npx', ['cardcage', 'exit', '4'])
    assert.deepEqual(result.said?.args, ['exit', '4'], result.stderr)
    assert.equal(result.status, 4)
  })

  test('a symlink on PATH, in another working directory', () => {
    const folder = join(home, 'some where/else')
    mkdirSync(join(home, 'links'), { recursive: true })
    mkdirSync(folder, { recursive: true })
    symlinkSync(join(home, 'node_modules/.bin/cardcage'), join(home, 'links/cage'))
    const result = run('cage', ['x'], { cwd: folder, env: { ...environment, PATH: join(home, 'links') + delimiter + systemPath } })
    assert.equal(result.said?.cwd, folder)
    assert.ok((result.said?.major ?? 0) >= 26)
    assert.equal(result.status, 0)
  })

  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    test(`${signal} reaches the program, once, and its exit code comes back`, { timeout: 20_000 }, async (t) => {
      const child = spawn(binary(), ['wait'], { cwd: home, env: environment, stdio: ['ignore', 'pipe', 'ignore'] })
      let pid: number | undefined
      // Where the signal does not arrive, neither process ends by itself.
      t.after(() => {
        if (child.exitCode === null && child.kill('SIGKILL') && pid !== undefined) process.kill(pid, 'SIGKILL')
      })
      const lines = createInterface({ input: child.stdout })
      const said: unknown[] = []
      for await (const line of lines) {
        said.push(JSON.parse(line))
        pid ??= (said[0] as { pid: number }).pid
        if (said.at(-1) === 'ready') child.kill(signal)
      }
      assert.deepEqual(said.slice(2), [{ signal }])
      assert.deepEqual(await ending(child), [42, null])
    })
  }

  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    test(`a program that dies of ${signal} is seen to have died of it`, () => {
      const result = run(binary(), ['die', signal])
      assert.equal(result.signal, signal)
    })
  }

  test('a program that aborts gives 128 + the number of the signal', () => {
    assert.equal(run(binary(), ['die', 'SIGABRT']).status, 134)
  })

  test('without a pinned Node: one line that says what to install, exit 7', () => {
    const bare = join(home, 'bare')
    cpSync(join(home, 'program'), bare, { recursive: true })
    const result = run(join(bare, 'bin/cardcage.js'), ['--help'], { env: { ...environment, PATH: systemPath } })
    // `bare` lies below a folder with a pinned Node, so move it out of reach of resolution.
    assert.equal(result.status, 0)
    const away = mkdtempSync(join(tmpdir(), 'cardcage-bare-'))
    try {
      cpSync(bare, away, { recursive: true })
      const refused = run(join(away, 'bin/cardcage.js'), ['--help'])
      assert.equal(refused.status, 7)
      assert.equal(refused.stdout, '')
      assert.match(
        refused.stderr,
        /^cardcage needs Node 26 and this is v\d+.*: install Node 26, or install again without --omit=optional\n$/,
      )
    } finally {
      rmSync(away, { recursive: true, force: true })
    }
  })

  test('a pinned Node that cannot be started: one line, exit 7', () => {
    const broken = mkdtempSync(join(tmpdir(), 'cardcage-broken-'))
    try {
      cpSync(join(home, 'program'), broken, { recursive: true })
      const platform = process.platform === 'win32' ? 'win' : process.platform
      const folder = join(broken, 'node_modules', `node-${platform}-${process.arch}`)
      mkdirSync(join(folder, 'bin'), { recursive: true })
      writeFileSync(join(folder, 'package.json'), JSON.stringify({ version: '26.0.0' }))
      writeFileSync(join(folder, 'bin/node'), '')
      chmodSync(join(folder, 'bin/node'), 0o600)
      const result = run(join(broken, 'bin/cardcage.js'), [])
      assert.equal(result.status, 7)
      assert.match(result.stderr, /^cardcage needs Node 26 .* cannot be started \(.*\): install [^\n]*\n$/)
    } finally {
      rmSync(broken, { recursive: true, force: true })
    }
  })
})

async function ending(child: ChildProcess): Promise<unknown[]> {
  return child.exitCode === null && child.signalCode === null ? once(child, 'exit') : [child.exitCode, child.signalCode]
}
