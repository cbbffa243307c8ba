export { BasePlugin } from './base-plugin.ts'
export type { EventBusLike } from './base-plugin.ts'
export type {
  AnalysisConfig,
  AnalysisMethod,
  AnalysisPlugin,
  AnalysisResult,
  ChronosPlugin,
  DataRequirements,
  DataSourceConfig,
  DataSourcePlugin,
  DataSourceResult,
  DataStream,
  ImportedSeries,
  ParameterConstraints,
  ParameterDefinition,
  ParameterType,
  PlotType,
  PluginContext,
  PluginStatus,
  TimeSeries,
  VisualizationConfig,
  VisualizationPlugin,
  VisualizationResult,
} from './chronos-plugin.ts'
export { EventBus } from './event-bus.ts'
export type { Event, EventContext, EventListener, Publishable } from './event.ts'
export type {
  BehaviorPatterns,
  Demographics,
  ExternalSystemPlugin,
  PurchaseEvent,
  SocialConnections,
  UserEnrichment,
} from './external-system-plugin.ts'
export type { DataFormat, FormatMetadata, FormatPlugin, HostConfig, RecordBatches } from './format-plugin.ts'
export {
  ConfigError,
  DependencyError,
  ErrorCodeAuthentication,
  ErrorCodeConnection,
  ErrorCodeInvalidConfig,
  ErrorCodeNotFound,
  ErrorCodeQuotaExceeded,
  ErrorCodeRateLimit,
  ErrorCodeTimeout,
  ExecutionError,
  GuideError,
  IoError,
  LoadError,
  NotFound,
  PluginError,
  PluginExecutionError,
  PluginInterfaceError,
  PluginVersionError,
  SerializationError,
  ValidationError,
  VersionIncompatible,
} from './guide-error.ts'
export type { PluginErrorFields } from './guide-error.ts'
export { silentLogger } from './guide-logger.ts'
export type { GuideLogger, LogLine } from './guide-logger.ts'
export { Lock } from './lock.ts'
export { registeredFactories, registerPluginFactory } from './plugin-factory.ts'
export type { PluginFactory } from './plugin-factory.ts'
export type { PluginProtocol, ProcessingInputs } from './plugin-protocol.ts'
export { PluginState } from './plugin-state.ts'
export { ProcessingResult } from './processing-result.ts'
