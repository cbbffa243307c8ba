/** The part of a `package.json` that packing reads and writes. */
export interface Manifest {
  name: string
  version: string
  exports?: Exports
  dependencies?: Record<string, string>
  [key: string]: unknown
}

type Exports = string | { [key: string]: Exports }

/** The manifest as it is published: its doors lead to what was compiled; nothing is left that is only for working on it. */
export function published({ devDependencies: _dev, scripts: _scripts, files: _files, private: _private, ...manifest }: Manifest): Manifest {
  return manifest.exports === undefined ? manifest : { ...manifest, exports: compiledExports(manifest.exports) }
}

/** The manifest with what other manifests depend on added. @throws where two of them ask for different versions */
export function withDependencies(manifest: Manifest, others: readonly Manifest[]): Manifest {
  const dependencies = { ...manifest.dependencies }
  for (const other of others) {
    for (const [name, version] of Object.entries(other.dependencies ?? {})) {
      const before = dependencies[name]
      if (before !== undefined && before !== version)
        throw new Error(`${other.name} asks for ${name}@${version}, but ${before} is already asked for: one version serves all`)
      dependencies[name] = version
    }
  }
  return Object.keys(dependencies).length === 0 ? manifest : { ...manifest, dependencies }
}

/** A compiled file that names sources, naming what they compile to instead; nothing where it is neither code nor declarations. */
export function compiledText(name: string, text: string): string | undefined {
  // The compiler turns import specifiers of JavaScript itself, but not those of declarations, and no addresses.
  if (name.endsWith('.d.ts')) return text.replace(/((?:from|import\()\s*['"]\.{1,2}\/[^'"]*)\.ts(['"])/g, '$1.js$2')
  if (name.endsWith('.js')) return text.replace(/(new URL\(\s*['"](?:\.{1,2}\/)?[^'"]*)\.ts(['"],\s*import\.meta\.url\))/g, '$1.js$2')
  return undefined
}

/** A plugin's manifest with its entry, where it names one, as it is compiled; nothing where the file is no manifest. */
export function compiledEntry(name: string, text: string): string | undefined {
  if (name === 'plugin.json') return text.replace(/("entry"\s*:\s*"[^"]*)\.ts"/, '$1.js"')
  if (name === 'plugin.toml') return text.replace(/^(\s*entry\s*=\s*["'][^"']*)\.ts(["'])/m, '$1.js$2')
  return undefined
}

function compiledExports(door: Exports): Exports {
  if (typeof door !== 'string') return Object.fromEntries(Object.entries(door).map(([key, inner]) => [key, compiledExports(inner)]))
  const [, path] = /^\.\/(.*)\.ts$/.exec(door) ?? []
  if (path === undefined) return door
  const compiled = `./${path.replace(/^src\//, 'dist/')}`
  return compiled.startsWith('./dist/') ? { types: `${compiled}.d.ts`, default: `${compiled}.js` } : `${compiled}.js`
}
