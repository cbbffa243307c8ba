import type { Address, Answer, CallOptions, Kernel, Provided, ReadRequest } from '@cardcage/kernel'
import type { CommandContext, OptionValues } from '../command.ts'
import { valueOf, valuesOf } from '../command.ts'
import type { Reading } from '../inputs.ts'
import { durationOf } from '../duration.ts'
import { paramsOf } from '../params.ts'
import { UsageError } from '../usage-error.ts'

/** A call as the command line asks for it. */
export interface CallRequest {
  readonly context: CommandContext
  readonly kernel: Kernel
  readonly address: Address
  /** `slot.kind.name` */
  readonly full: string
  /** What is known of the thing called. */
  readonly provided: Provided
  readonly options: OptionValues
  /** Deadline, cancellation and progress. */
  readonly call: CallOptions
  /** Warnings of the reading of its inputs; they may grow until those have been read. */
  readonly reads: Pick<Answer<unknown>, 'warnings'>[]
}

/** Rejects that are told one by one; their number is a warning of the result. */
const toldRejects = 10

/** How the input files of a call are read. @throws UsageError */
export function readRequestOf({ call, options, context }: CallRequest): ReadRequest {
  const rejects = valueOf(options, 'onReject')
  let rejected = 0
  return {
    ...call,
    params: paramsOf(valuesOf(options, 'option'), '--option'),
    ...(rejects === undefined ? {} : { onReject: rejects === 'leave-out' ? 'leave out' : (rejects as 'fail' | 'null') }),
    reject({ record, line, reason }) {
      if (++rejected <= toldRejects) context.output.warn(`record ${record}${line === undefined ? '' : `, line ${line}`}: ${reason}`)
    },
  }
}

/** How the inputs of a call are opened. @throws UsageError */
export function readingOf(request: CallRequest): Reading {
  return { kernel: request.kernel, request: readRequestOf(request), onRead: (answer) => void request.reads.push(answer) }
}

/** The option as a number above 0. @throws UsageError */
export function positive(options: OptionValues, name: 'limit' | 'width' | 'height' | 'scale'): number | undefined {
  const text = valueOf(options, name)
  if (text === undefined) return undefined
  const value = Number(text)
  if (text.trim() === '' || !(value > 0) || value === Infinity)
    throw new UsageError(`--${name} ${text}: a number above 0 is needed`, `For example: --${name} ${examples[name]}`)
  return value
}

const examples = { limit: 100, width: 800, height: 400, scale: 2 }

/** The deadline of `--timeout`. @throws UsageError */
export function timeoutOf(options: OptionValues): { readonly timeout?: number } {
  const text = valueOf(options, 'timeout')
  return text === undefined ? {} : { timeout: durationOf(text) }
}
