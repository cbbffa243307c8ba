/** A version of the contract a plugin is written for. */
export interface ContractVersion {
  readonly major: number
  readonly minor: number
  readonly patch: number
}

/** Contract versions this kernel offers, one per major: 0.1 is the guides', 1.0 is `@cardcage/plugin`. */
export const offeredContracts: readonly { readonly major: number; readonly minor: number }[] = [
  { major: 0, minor: 1 },
  { major: 1, minor: 0 },
]

/** What a manifest without `api_version` was written for. */
export const defaultContract: ContractVersion = { major: 1, minor: 0, patch: 0 }

/**
 * Why the contract cannot be served, naming both sides; `undefined` if it can: the major is offered and the plugin needs no newer minor.
 * Patches never matter.
 */
export function refuseContract(wanted: ContractVersion): string | undefined {
  if (offeredContracts.some(({ major, minor }) => major === wanted.major && minor >= wanted.minor)) return undefined
  const offered = offeredContracts.map(({ major, minor }) => `${major}.${minor}`).join(' and ')
  return `the plugin was written for contract ${wanted.major}.${wanted.minor}.${wanted.patch}, this host offers ${offered}`
}
