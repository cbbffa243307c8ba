import { isAbsolute } from 'node:path'
import { pathToFileURL } from 'node:url'
import { errorTable } from '@cardcage/plugin'
import type { Finding } from './finding.ts'
import { pathFrom } from './github.ts'

/** A log of SARIF 2.1.0, as far as it is written here. */
export interface SarifLog {
  readonly $schema: string
  readonly version: '2.1.0'
  readonly runs: readonly SarifRun[]
}

interface SarifRun {
  readonly tool: { readonly driver: { readonly name: string; readonly version: string; readonly rules: readonly SarifRule[] } }
  readonly originalUriBaseIds: { readonly SRCROOT: { readonly uri: string } }
  readonly invocations: readonly [{ readonly executionSuccessful: true }]
  readonly results: readonly SarifResult[]
}

interface SarifRule {
  readonly id: string
  readonly shortDescription: SarifText
  readonly help: SarifText
}

interface SarifText {
  readonly text: string
}

interface SarifResult {
  readonly ruleId: string
  readonly ruleIndex: number
  readonly level: Finding['severity']
  readonly message: SarifText
  readonly locations: readonly [
    { readonly physicalLocation: SarifLocation; readonly logicalLocations?: readonly [{ readonly fullyQualifiedName: string }] },
  ]
  readonly properties: { readonly fix: string }
}

interface SarifLocation {
  readonly artifactLocation: { readonly uri: string; readonly uriBaseId?: 'SRCROOT' }
  readonly region?: { readonly startLine: number }
}

/**
 * Findings as one SARIF log: a rule for each code, a result for each finding. URIs are relative to `from` where the file lies below it.
 *
 * @param version of this tool
 * @see https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 */
export function sarifLog(findings: readonly Finding[], from: string, version: string): SarifLog {
  const codes = [...new Set(findings.map(({ code }) => code))].toSorted()
  const run: SarifRun = {
    tool: { driver: { name: 'cardcage', version, rules: codes.map(ruleOf) } },
    originalUriBaseIds: { SRCROOT: { uri: `${pathToFileURL(from).href.replace(/\/$/, '')}/` } },
    invocations: [{ executionSuccessful: true }],
    results: findings.map((finding) => resultOf(finding, codes.indexOf(finding.code), from)),
  }
  return { $schema: 'https://json.schemastore.org/sarif-2.1.0.json', version: '2.1.0', runs: [run] }
}

function ruleOf(code: string): SarifRule {
  const { meaning, hint } = errorTable[code as keyof typeof errorTable] ?? { meaning: code, hint: 'See `cardcage explain`.' }
  return { id: code, shortDescription: { text: meaning }, help: { text: hint } }
}

function resultOf({ file, line, key, severity, code, message, fix }: Finding, ruleIndex: number, from: string): SarifResult {
  const path = pathFrom(from, file)
  const artifactLocation = isAbsolute(path)
    ? { uri: pathToFileURL(path).href }
    : { uri: path.split('/').map(encodeURIComponent).join('/'), uriBaseId: 'SRCROOT' as const }
  return {
    ruleId: code,
    ruleIndex,
    level: severity,
    message: { text: `${key === undefined ? '' : `${key}: `}${message}\nFix: ${fix}` },
    locations: [
      {
        physicalLocation: { artifactLocation, ...(line === undefined ? {} : { region: { startLine: line } }) },
        ...(key === undefined ? {} : { logicalLocations: [{ fullyQualifiedName: key }] as const }),
      },
    ],
    properties: { fix },
  }
}
