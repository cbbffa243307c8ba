/** The guides' names of types and the types of JSON Schema they stand for; none where any value is meant. `undefined` where the name is not known. */
export function schemaTypes(name: string): readonly string[] | undefined {
  return Object.hasOwn(types, name.toLowerCase()) ? types[name.toLowerCase()] : undefined
}

const types: Readonly<Record<string, readonly string[]>> = {
  string: ['string'],
  str: ['string'],
  text: ['string'],
  integer: ['integer'],
  int: ['integer'],
  int64: ['integer'],
  float: ['number'],
  float64: ['number'],
  double: ['number'],
  number: ['number'],
  boolean: ['boolean'],
  bool: ['boolean'],
  array: ['array'],
  list: ['array'],
  object: ['object'],
  map: ['object'],
  dict: ['object'],
  null: ['null'],
  choice: [],
  enum: [],
  any: [],
}
