import assert from 'node:assert/strict'
import { test } from 'node:test'
import { errorTable } from '@cardcage/plugin'
import { find } from '../../src/explain/find.ts'

/** What the five guides call their failures, and their codes. */
const guides: Readonly<Record<string, readonly string[]>> = {
  chronos: [
    'NotFound',
    'LoadError',
    'LibraryNotFound',
    'SymbolNotFound',
    'InitializationFailed',
    'ValidationFailed',
    'ConfigError',
    'ExecutionError',
    'ValidationError',
    'DependencyError',
    'VersionIncompatible',
    'IoError',
    'SerializationError',
    'Unsupported method',
    'Unsupported plot type',
  ],
  'platform base': [
    'PluginExecutionError',
    'PluginVersionError',
    'PluginInterfaceError',
    'ConfigError',
    'ValidationError',
    'DataLoadError',
    'SchemaDetectionError',
    'ExportError',
    'CacheError',
    'SecurityViolation',
    'forbidden_import',
    'unauthorized_import',
    'memory_limit',
    'cpu_limit',
    'timeout',
    'execution_error',
  ],
  'recommendation engine': [
    'ErrorCodeConnection',
    'ErrorCodeAuthentication',
    'ErrorCodeRateLimit',
    'ErrorCodeNotFound',
    'ErrorCodeInvalidConfig',
    'ErrorCodeTimeout',
    'ErrorCodeQuotaExceeded',
    'CONNECTION_ERROR',
    'AUTH_ERROR',
    'RATE_LIMIT_ERROR',
    'NOT_FOUND',
    'INVALID_CONFIG',
    'TIMEOUT_ERROR',
    'QUOTA_EXCEEDED',
  ],
  'all together': [
    'LOAD_ERROR',
    'INVALID_MANIFEST',
    'INTERFACE_ERROR',
    'VALIDATION_ERROR',
    'EXECUTION_ERROR',
    'UNSUPPORTED',
    'DEPENDENCY_ERROR',
    'CONFLICT',
    'VERSION_INCOMPATIBLE',
    'RESOURCE_LIMIT',
    'SANDBOX_VIOLATION',
    'QUARANTINED',
    'IO_ERROR',
    'SERIALIZATION_ERROR',
    'SCHEMA_MISMATCH',
  ],
}

for (const [guide, names] of Object.entries(guides)) {
  test(`every name of ${guide} leads to a code`, () => {
    assert.deepEqual(
      names.filter((name) => !['code', 'alias'].includes(find(name).as)),
      [],
    )
  })
}

test('every code has causes and steps, and its hint is not its meaning', () => {
  for (const [code, { causes, fix, hint, meaning }] of Object.entries(errorTable)) {
    assert.ok(causes.length > 0 && fix.length > 0, code)
    assert.ok(String(hint) !== meaning, code)
  }
})
