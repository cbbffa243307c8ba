import type { ProcessingResult } from './processing-result.ts'

/**
 * What `execute` and `validate_inputs` are given: an array of numbers by input (`series`; or `reference` and `target`; or `series1` and `series2`; or `data`),
 * missing = NaN, and `params`: the config with the params of the call over it. Where the caller gives times, those of an input are in `times`: milliseconds
 * since 1970, or the numbers they are.
 */
export interface ProcessingInputs {
  // oxlint-disable-next-line typescript/no-explicit-any -- what params a plugin has is in its manifest
  readonly params: Readonly<Record<string, any>>
  readonly times?: Readonly<Record<string, Float64Array>>
  // oxlint-disable-next-line typescript/no-explicit-any -- arrays by the names its class gives them
  readonly [input: string]: any
}

/** A plugin of the sensor workbench's guide. No base class is needed; a class with other inputs names them in `static inputs`. */
export interface PluginProtocol {
  execute(inputs: ProcessingInputs): ProcessingResult | PromiseLike<ProcessingResult>
  /** False refuses the call. */
  validate_inputs?(inputs: ProcessingInputs): boolean
  get_manifest?(): Readonly<Record<string, unknown>>
}
