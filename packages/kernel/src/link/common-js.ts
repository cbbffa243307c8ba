import { readFileSync } from 'node:fs'
import { createRequire, isBuiltin } from 'node:module'

const requireCall = /\brequire\("([^"]+)"\)/g

/**
 * A CommonJS package and all it requires as one expression: the value is what its entry exports. For packages whose `require` calls are all literal and in
 * their own files, as compiled ones are.
 *
 * @param entry absolute path of the entry file
 */
export function commonJsExpression(entry: string): string {
  const ids = new Map<string, number>()
  const bodies: string[] = []
  const visit = (path: string): number => {
    const known = ids.get(path)
    if (known !== undefined) return known
    const id = ids.size
    ids.set(path, id)
    const { resolve } = createRequire(path)
    const code = readFileSync(path, 'utf8').replace(requireCall, (call, specifier: string) =>
      isBuiltin(specifier) ? call : `load(${visit(resolve(specifier))})`,
    )
    bodies[id] = `(module, exports) => {\n${code}\n}`
    return id
  }
  visit(entry)
  return `(() => {
const bodies = [${bodies.join(',\n')}];
const loaded = [];
const load = (id) => {
  if (!loaded[id]) bodies[id]((loaded[id] = { exports: {} }), loaded[id].exports);
  return loaded[id].exports;
};
return load(0);
})()`
}
