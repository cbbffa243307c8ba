import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compiledEntry, compiledText, published, withDependencies } from '../../scripts/published.ts'

const manifest = {
  name: 'a',
  version: '1.0.0',
  exports: { '.': './src/index.ts', './deep': { default: './src/deep/x.ts' }, './data': './data.json' },
}

test('doors lead to what was compiled; what is for working on the package goes', () => {
  assert.deepEqual(published({ ...manifest, devDependencies: {}, scripts: {}, files: [], private: true, bin: 'bin/a.js' }), {
    name: 'a',
    version: '1.0.0',
    bin: 'bin/a.js',
    exports: {
      '.': { types: './dist/index.d.ts', default: './dist/index.js' },
      './deep': { default: { types: './dist/deep/x.d.ts', default: './dist/deep/x.js' } },
      './data': './data.json',
    },
  })
  assert.deepEqual(published({ name: 'p', version: '1.0.0', exports: './index.ts' }).exports, './index.js')
})

test('dependencies of the plugins become those of the program; two versions of one are refused', () => {
  const plugin = { name: 'p', version: '1.0.0', dependencies: { zod: '4.0.0', plot: '1.0.0' } }
  assert.deepEqual(withDependencies({ ...manifest, dependencies: { zod: '4.0.0' } }, [plugin]).dependencies, {
    zod: '4.0.0',
    plot: '1.0.0',
  })
  assert.throws(() => withDependencies({ ...manifest, dependencies: { zod: '3.0.0' } }, [plugin]), /p asks for zod@4\.0\.0, but 3\.0\.0/)
})

test('specifiers of declarations, addresses of JavaScript and entries of manifests name what was compiled', () => {
  assert.equal(
    compiledText('a.d.ts', "export { a } from './a.ts'; type B = import('../b.ts').B; import c from 'c.ts'"),
    "export { a } from './a.js'; type B = import('../b.js').B; import c from 'c.ts'",
  )
  assert.equal(compiledText('a.js', "new URL('./run.ts', import.meta.url), './run.ts'"), "new URL('./run.js', import.meta.url), './run.ts'")
  assert.equal(compiledText('a.json', "from './a.ts'"), undefined)
  assert.equal(compiledEntry('plugin.json', '{ "entry": "lib/index.ts", "id": "a.ts" }'), '{ "entry": "lib/index.js", "id": "a.ts" }')
  assert.equal(compiledEntry('plugin.toml', 'id = "a.ts"\nentry = "index.ts"\n'), 'id = "a.ts"\nentry = "index.js"\n')
  assert.equal(compiledEntry('other.json', '{ "entry": "index.ts" }'), undefined)
})
