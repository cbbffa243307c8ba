export { createKernel } from './kernel.ts'
export type { Kernel, KernelOptions } from './kernel.ts'
export { findAddress, parseAddress, printAddress } from './kind/address.ts'
export type { Address } from './kind/address.ts'
export { fileSource } from './kind/file-source.ts'
export type * from './kind/request.ts'
export { printDuration, printSize } from './base/quantity.ts'
export { asWritten } from './config/as-written.ts'
export type { LayerName, Origin } from './config/config-layer.ts'
export type { ConfigPlace, FileLayer, PluginFolder } from './config/config-places.ts'
export { printConfigProblem } from './config/config-problem.ts'
export type { ConfigProblem } from './config/config-problem.ts'
export { configSchema } from './config/config-schema.ts'
export { escapeDollars } from './config/interpolate.ts'
export { loadConfig } from './config/load-config.ts'
export type { HostConfig, LoadedConfig, LoadOptions } from './config/load-config.ts'
export { places } from './config/places.ts'
export type { Places } from './config/places.ts'
export type { Publication } from './event/bus.ts'
export { diesWithHost } from './link/dies-with-host.ts'
export { kinds } from './manifest/manifest.ts'
export type {
  Dependency,
  Dialect,
  IsolationLevel,
  JsonSchema,
  Limits,
  Manifest,
  Permission,
  Permissions,
  Requirement,
} from './manifest/manifest.ts'
export type { Provided, ProvidedByKind, ProvidedInput } from './manifest/provides.ts'
export { printProblem } from './manifest/problem.ts'
export type { Problem } from './manifest/problem.ts'
export type { LogRecord } from './observe/log.ts'
export type { Measurement } from './observe/metrics.ts'
export { migrateManifest } from './registry/migrate-manifest.ts'
export { validatePlugin } from './registry/validate-plugin.ts'
export { checkConfig } from './slot/check-config.ts'
export type { ConfigDetails, ConfigInForce } from './slot/config-details.ts'
export type { ConfigChange, Configured } from './slot/configure-slot.ts'
export type { ConfigExplanation } from './slot/explain-config.ts'
export type { PolicyConfig } from './config/policy-config.ts'
export type { BreakerState } from './policy/breaker.ts'
export type { PolicyState } from './policy/call-policy.ts'
export type { CacheState } from './policy/result-cache.ts'
export type { Change } from './slot/history.ts'
export type { SlotConfig, SlotDetails, SlotInfo, SlotState } from './slot/slot-info.ts'
