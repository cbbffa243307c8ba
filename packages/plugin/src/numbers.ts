import { bitAt } from './bits.ts'
import { printType } from './data-type.ts'
import { printDecimal, readUnscaled } from './decimal.ts'
import { PluginError } from './error.ts'
import { millisecondsIn } from './vector-values.ts'
import type { Vector } from './vector.ts'

/** A numeric or boolean vector as doubles, missing = NaN; float64 without nulls as it is. @throws `invalid-data` for other types and beyond ±2^53. */
export function numbersOf(name: string, vector: Vector): Float64Array {
  const { type, length, values } = vector
  if (type.kind === 'float' && type.bits === 64 && vector.nullCount === 0) return values as Float64Array
  const out = new Float64Array(length)
  if (type.kind === 'float') out.set(values as Float64Array)
  else if (type.kind === 'int' && type.bits < 64) out.set(values as Int32Array)
  else if (type.kind === 'int') fillIntegers(name, vector, out)
  else if (type.kind === 'bool') for (let i = 0; i < length; i++) out[i] = bitAt(values as Uint8Array, vector.bitOffset + i) ? 1 : 0
  else if (type.kind === 'decimal') {
    const stride = type.bits / 64
    for (let i = 0; i < length; i++) out[i] = Number(printDecimal(readUnscaled(values as BigInt64Array, i, stride), type.scale))
  } else throw wrongType(name, vector, 'numbers', type.kind === 'date' || type.kind === 'timestamp' ? 'times' : 'column')
  return missingAsNaN(vector, out)
}

/** A date or timestamp vector as milliseconds since 1970 UTC, missing = NaN. @throws `invalid-data` for other types. */
export function timesOf(name: string, vector: Vector): Float64Array {
  const { type, length } = vector
  const out = new Float64Array(length)
  if (type.kind === 'date') {
    const scale = type.bits === 32 ? 86_400_000 : 1
    for (let i = 0; i < length; i++) out[i] = Number(vector.values![i]) * scale
  } else if (type.kind === 'timestamp') {
    const ticks = vector.values as BigInt64Array
    const scale = millisecondsIn[type.unit]
    const perMillisecond = BigInt(Math.round(1 / Math.min(scale, 1)))
    for (let i = 0; i < length; i++) {
      const tick = ticks[i]!
      const double = Number(tick)
      if (scale >= 1) out[i] = double * scale
      else if (Number.isSafeInteger(double)) out[i] = double / Number(perMillisecond)
      else out[i] = Number(tick / perMillisecond) + Number(tick % perMillisecond) / Number(perMillisecond)
    }
  } else throw wrongType(name, vector, 'times', 'column')
  return missingAsNaN(vector, out)
}

function fillIntegers(name: string, vector: Vector, out: Float64Array): void {
  const integers = vector.values as BigInt64Array
  const validity = vector.nullCount > 0 ? vector.validity : undefined
  for (let i = 0; i < out.length; i++) {
    const double = Number(integers[i])
    out[i] = double
    if (
      Math.abs(double) < 2 ** 53 ||
      (Math.abs(double) === 2 ** 53 && BigInt(double) === integers[i]) ||
      (validity && !bitAt(validity, vector.bitOffset + i))
    )
      continue
    throw new PluginError('invalid-data', `Column '${name}', row ${i + 1}: ${integers[i]} is beyond ±2^53, where numbers are not exact`, {
      hint: `Read it exactly with column('${name}'), or convert it before.`,
      details: { column: name, row: i + 1 },
    })
  }
}

function missingAsNaN(vector: Vector, out: Float64Array): Float64Array {
  if (vector.nullCount === 0) return out
  for (let i = 0; i < out.length; i++) if (!bitAt(vector.validity!, vector.bitOffset + i)) out[i] = NaN
  return out
}

function wrongType(name: string, vector: Vector, asked: 'numbers' | 'times', instead: string): PluginError {
  const what = asked === 'numbers' ? 'numbers or booleans' : 'dates or timestamps'
  return new PluginError('invalid-data', `Column '${name}' is ${printType(vector.type)}: ${asked}() reads ${what} only`, {
    hint: `Read it with ${instead}('${name}').`,
    details: { column: name, type: printType(vector.type) },
  })
}
