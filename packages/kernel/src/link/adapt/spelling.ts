/** What is written in camel case here, as the guides' languages write it: `importData`, `import_data`, `ImportData`. */
export function spellings(name: string): readonly string[] {
  const snake = snakeCase(name)
  const pascal = name.charAt(0).toUpperCase() + name.slice(1)
  return snake === name ? [name, pascal] : [name, snake, pascal]
}

/** `MaritalStatus` and `maritalStatus` as `marital_status`; `ID` as `id`. */
export function snakeCase(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])|([A-Z])(?=[A-Z][a-z])/g, (_, before?: string, capital?: string, last?: string) =>
      last === undefined ? `${before}_${capital}` : `${last}_`,
    )
    .toLowerCase()
}

/** A member of an object by its name in camel case, however it is spelled there; `undefined` where there is none. */
export function member(object: unknown, name: string): unknown {
  if ((typeof object !== 'object' && typeof object !== 'function') || object === null) return undefined
  for (const spelling of spellings(name)) {
    const value = (object as Record<string, unknown>)[spelling]
    if (value !== undefined) return value
  }
  return undefined
}

/** The same object, whose snake-case members can also be read in camel case. What is added does not show in JSON or in a loop. */
export function bothCases<T extends object>(object: T): T {
  for (const key of Object.keys(object)) {
    const camel = key.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
    if (camel !== key && !(camel in object)) Object.defineProperty(object, camel, { value: (object as Record<string, unknown>)[key] })
  }
  return object
}

/** A value of an enumeration as JSON has it: `'Integer'`, `{ Range: { min: 1, max: 10 } }`, or `{ type: 'Range', min: 1, max: 10 }`. */
export function variantOf(value: unknown): { readonly name: string; readonly content: unknown } {
  if (typeof value === 'string') return { name: value, content: undefined }
  if (!isRecord(value)) return { name: '', content: value }
  const [first, second] = Object.entries(value)
  if (typeof value['type'] === 'string') return { name: value['type'], content: value }
  return first && !second ? { name: first[0], content: first[1] } : { name: '', content: value }
}

/** Is it an object with members, and no array? */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value)
}

/** A value as text: a text as it is, everything else as JSON; `fallback` where there is none. */
export function textOf(value: unknown, fallback = ''): string {
  if (value === undefined || value === null) return fallback
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? typeof value)
}

/** The texts in a list; nothing where it is none. */
export function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []
}

/** `My_Plugin` and `my-plugin` are one name. */
export function sameId(a: string, b: string): boolean {
  const plain = (name: string) => name.toLowerCase().replace(/[^a-z0-9]+/g, '-')
  return plain(a) === plain(b)
}
