import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'

interface Locked {
  version?: string
  link?: boolean
  hasInstallScript?: boolean
  integrity?: string
}

type Manifest = Record<'dependencies' | 'devDependencies' | 'optionalDependencies' | 'peerDependencies', Record<string, string> | undefined>

const root = fileURLToPath(new URL('..', import.meta.url))
const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as { packages: Record<string, Locked> }
const manifests = globSync(['package.json', 'packages/*/package.json', 'plugins/*/package.json', 'examples/**/package.json'], {
  cwd: root,
  exclude: (path) => /(^|\/)(node_modules|fixtures)$/.test(path),
})

/** What the lock file holds that runs code when it is installed; npm is about to refuse such packages. */
function withInstallScript(packages: Readonly<Record<string, Locked>>): string[] {
  return Object.keys(packages).filter((path) => packages[path]?.hasInstallScript === true)
}

/** `section name: range` for every dependency that does not name one exact version. */
function unpinned(manifest: Partial<Manifest>): string[] {
  const sections = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'] as const
  return sections.flatMap((section) =>
    Object.entries(manifest[section] ?? {})
      .filter(([, range]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(range))
      .map(([name, range]) => `${section} ${name}: ${range}`),
  )
}

describe('package-lock.json', () => {
  test('holds nothing that runs a script when it is installed', () => {
    assert.ok(Object.keys(lock.packages).length > 10)
    assert.deepEqual(withInstallScript(lock.packages), [])
    assert.deepEqual(withInstallScript({ 'node_modules/a': { hasInstallScript: true }, 'node_modules/b': {} }), ['node_modules/a'])
  })

  test('knows the bytes of every foreign package, whichever registry they come from', () => {
    const foreign = Object.entries(lock.packages).filter(([path, { link }]) => path.startsWith('node_modules/') && link !== true)
    const loose = foreign.filter(([, { integrity }]) => !integrity?.startsWith('sha512-'))
    assert.deepEqual(
      loose.map(([path]) => path),
      [],
    )
  })
})

describe('every dependency is pinned to one version', () => {
  for (const path of manifests.sort()) {
    test(path, () => assert.deepEqual(unpinned(JSON.parse(readFileSync(join(root, path), 'utf8')) as Partial<Manifest>), []))
  }

  test('a range, a tag, a folder and an address are seen', () => {
    const loose = { a: '^1.0.0', b: '~1.0.0', c: '1.x', d: 'latest', e: '*', f: 'file:../f', g: 'https://example.org/g.tgz', h: '>=1.0.0' }
    assert.equal(unpinned({ dependencies: { ...loose, fine: '1.2.3', also: '1.0.0-rc.1' } }).length, Object.keys(loose).length)
  })
})
