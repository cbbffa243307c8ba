/**
 * A name with a range of versions behind it: `dtw`, `dtw@^1.2`, `numpy>=1.24,<2`, `pandas[all] ~= 2.0; python_version > "3.8"` (what stands in brackets or after
 * the semicolon means nothing here). The range is as it was written, `*` where there is none; `undefined` where the text is no such thing.
 */
export function parseRequirement(text: string): { readonly name: string; readonly range: string } | undefined {
  if (text.length > 256) return undefined
  const [, name, spec = ''] = requirement.exec(text) ?? []
  if (name === undefined) return undefined
  const range = spec
    .trim()
    .replace(/^\((.*)\)$/s, '$1')
    .trim()
  if (range !== '' && !/^(?:[~^<>=!*]|v?\d)/.test(range) && !text.includes(`${name}@`)) return undefined
  return { name, range: range || '*' }
}

const requirement = /^\s*((?:@[\w.-]+\/)?[a-z0-9_][\w.-]*)\s*(?:\[[^\]]*\])?\s*@?([^;]*)(?:;.*)?$/is
