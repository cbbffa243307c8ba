/** A series: arrays of equal length. */
export interface TimeSeries {
  readonly name: string
  /** Milliseconds since 1970 UTC; where the caller's time column holds numbers, these; without a time column the positions 0, 1, 2 … */
  readonly timestamps: ArrayLike<number>
  /** Missing = NaN. */
  readonly values: Float64Array
  readonly metadata: Readonly<Record<string, string>>
}

/** What a host gives to each call; lengths of time in seconds. */
export interface PluginContext {
  readonly request_id: string
  readonly parameters: Readonly<Record<string, unknown>>
  /** The one folder the plugin may write. */
  readonly work_dir: string
  /** Seconds until the deadline. */
  readonly timeout: number
  readonly signal: AbortSignal
}

/** What every plugin of the time-series guide may have; all of it optional, and each may return a promise. */
export interface ChronosPlugin {
  initialize?(config: Readonly<Record<string, unknown>>): unknown
  /** Throws, or returns false, where the config does not fit. */
  validate_config?(config: Readonly<Record<string, unknown>>): unknown
  status?(): PluginStatus | PromiseLike<PluginStatus>
  cleanup?(): unknown
}

/** Health of a plugin. */
export interface PluginStatus {
  /** Default true. */
  readonly is_healthy?: boolean
  readonly last_error?: string
}

/** A method of analysis. */
export interface AnalysisMethod {
  readonly id: string
  readonly name: string
  readonly description: string
  /** `Statistical`, `Forecasting`, or `{ DomainSpecific: 'finance' }`. */
  readonly category: string | Readonly<Record<string, string>>
  readonly version: string
  readonly experimental: boolean
}

/** A parameter of a method; the host checks it and puts the default in. */
export interface ParameterDefinition {
  readonly name: string
  readonly description: string
  readonly param_type: ParameterType
  readonly default?: unknown
  readonly constraints?: ParameterConstraints
}

/** Type of a parameter. */
export type ParameterType =
  | 'Integer'
  | 'Float'
  | 'Boolean'
  | 'String'
  | 'Object'
  | { readonly Array: ParameterType }
  | { readonly Enum: readonly string[] }

/** Bounds of a parameter; both ends belong to it. */
export type ParameterConstraints =
  | { readonly Range: { readonly min: number; readonly max: number } }
  | { readonly Length: { readonly min: number; readonly max: number } }
  | { readonly Values: readonly unknown[] }
  | { readonly Pattern: string }

/** What `analyze` is asked. */
export interface AnalysisConfig {
  /** Id of the method; where the plugin names none, the plugin's id. */
  readonly method: string
  // oxlint-disable-next-line typescript/no-explicit-any -- what parameters a method has is known to it
  readonly parameters: Readonly<Record<string, any>>
}

/** What `analyze` returns. */
export interface AnalysisResult {
  readonly method: string
  /** Single values, and arrays: those as long as the input become one table with its times. */
  readonly results: Readonly<Record<string, unknown>>
  readonly statistics?: unknown
  readonly model?: unknown
  readonly diagnostics?: unknown
  readonly warnings?: readonly string[]
}

/** Analyses of time series. */
export interface AnalysisPlugin extends ChronosPlugin {
  supported_methods?(): readonly AnalysisMethod[]
  /** The method's parameters that must be given, or have a default. */
  get_required_parameters?(method: string): readonly ParameterDefinition[]
  get_optional_parameters?(method: string): readonly ParameterDefinition[]
  analyze(data: readonly TimeSeries[], config: AnalysisConfig, context: PluginContext): AnalysisResult | PromiseLike<AnalysisResult>
}

/** Where data comes from: the slot's config, with the params of the call among `options`. */
export interface DataSourceConfig {
  readonly source_type: string
  readonly connection: { readonly url: string; readonly [key: string]: unknown }
  readonly import: { readonly format: string; readonly [key: string]: unknown }
  readonly auth?: Readonly<Record<string, unknown>>
  // oxlint-disable-next-line typescript/no-explicit-any -- what options a source has is known to it
  readonly options: Readonly<Record<string, any>>
}

/** A series that was imported; times are milliseconds, dates or ISO 8601 text. */
export interface ImportedSeries {
  readonly name: string
  readonly timestamps: ArrayLike<number | string | Date>
  readonly values: ArrayLike<number | null>
}

/** What `import_data` returns. */
export interface DataSourceResult {
  readonly timeseries: readonly ImportedSeries[]
  readonly warnings?: readonly string[]
  readonly [key: string]: unknown
}

/** Batches of rows, one after the other. */
export interface DataStream {
  /** Rows by column name, or null at the end. */
  next_batch(): unknown
  has_more?(): boolean | PromiseLike<boolean>
  close?(): unknown
}

/** Brings time series in. */
export interface DataSourcePlugin extends ChronosPlugin {
  supported_formats?(): readonly string[]
  supported_connections?(): readonly (string | Readonly<Record<string, string>>)[]
  /** Throws, or returns false, where the connection does not fit. */
  validate_connection?(config: DataSourceConfig): unknown
  test_connection?(config: DataSourceConfig): unknown
  get_schema?(config: DataSourceConfig): unknown
  import_data(config: DataSourceConfig, context: PluginContext): DataSourceResult | PromiseLike<DataSourceResult>
  supports_streaming?(): boolean
  start_streaming?(config: DataSourceConfig, context: PluginContext): DataStream | PromiseLike<DataStream>
}

/** A plot type and what it needs. */
export interface PlotType {
  readonly id: string
  readonly name: string
  readonly description: string
  readonly category: string | Readonly<Record<string, string>>
  readonly data_requirements: DataRequirements
  readonly multi_series: boolean
  readonly supports_3d: boolean
}

/** What a plot needs; checked before it is drawn. */
export interface DataRequirements {
  readonly min_points: number
  readonly max_points?: number
  readonly required_columns: readonly string[]
  readonly optional_columns: readonly string[]
  readonly supported_types: readonly ('Numeric' | 'Temporal' | 'Categorical' | 'Boolean' | 'Text' | 'Geospatial')[]
  readonly requires_temporal: boolean
}

/** What `create_visualization` is asked. */
export interface VisualizationConfig {
  readonly plot_type: string
  readonly title?: string
  readonly style: { readonly theme: 'light' | 'dark' | 'print' }
  readonly layout: { readonly dimensions: { readonly width: number; readonly height: number } }
  readonly data: { readonly x_axis: { readonly title?: string }; readonly y_axis: { readonly title?: string } }
  readonly export: { readonly format: string }
  // oxlint-disable-next-line typescript/no-explicit-any -- what parameters a plot has is known to it
  readonly parameters: Readonly<Record<string, any>>
}

/** A plot: a figure as the contract has it, or the text of one in `code`, or something that `render` makes one of. */
export interface VisualizationResult {
  readonly plot_type: string
  /** SVG or HTML. */
  readonly code?: string
  /** In words what it shows. */
  readonly alt?: string
  readonly [key: string]: unknown
}

/** Draws plots. */
export interface VisualizationPlugin extends ChronosPlugin {
  supported_plot_types(): readonly PlotType[]
  /** Formats `render` makes, best first: `SVG`, `PNG`, `HTML` … Default SVG. */
  supported_export_formats?(): readonly string[]
  create_visualization(
    data: readonly TimeSeries[],
    config: VisualizationConfig,
    context: PluginContext,
  ): VisualizationResult | PromiseLike<VisualizationResult>
  /** The text or the bytes of a visualization in a format. */
  render?(visualization: VisualizationResult, format: string): unknown
}
