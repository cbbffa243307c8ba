import { type Enrichment, type Json, PluginError, type Provides } from '@cardcage/plugin'
import { parseDuration } from '../../base/quantity.ts'
import { callContext } from './chronos-context.ts'
import { compareVersion } from './compare-manifest.ts'
import type { Guide } from './guide.ts'
import { guideLogger } from './guide-logger.ts'
import { askHealth } from './life-cycle.ts'
import { notRecord } from './refusal.ts'
import { bothCases, isRecord, member, snakeCase, textOf, textsOf } from './spelling.ts'

/**
 * The recommendation guide: `EnrichUserProfile` adds facts to a subject of type `user`. Health is asked once after `Connect` and as a health check; while the
 * last outcome was a failure, it is asked again instead of the plugin, and the caller is refused as long as it fails.
 */
export async function provideEnrichment(guide: Guide): Promise<Provides> {
  const { ctx, form } = guide
  const metadata = guide.has('getMetadata') ? await guide.call('getMetadata', []) : undefined
  compareVersion(guide, member(metadata, 'version'))
  const adds = form && form.adds.length > 0 ? form.adds : textsOf(member(metadata, 'capabilities'))
  const description = member(metadata, 'description')
  const health = healthGate(guide)
  await health.check()
  return {
    enrichment: {
      [ctx.plugin.id]: {
        ...(typeof description === 'string' ? { description } : {}),
        subjects: ['user'],
        ...(adds.length > 0 ? { adds } : {}),
        async enrich({ id }, call) {
          await health.pass()
          const { request_id, timeout, signal } = callContext(guide, call, {})
          const context = bothCases({ user_id: id, request_id, timeout, signal, logger: guideLogger(ctx.log) })
          const found = await guide.call('enrichUserProfile', [id, context])
          return found === null || found === undefined ? null : enrichmentOf(found)
        },
      },
    },
  }
}

interface HealthGate {
  /** Ask for the plugin's health, as the health check does. */
  check(): Promise<void>
  /** @throws {PluginError} `unavailable` where the plugin was not healthy and still is not */
  pass(): Promise<void>
}

function healthGate(guide: Guide): HealthGate {
  if (!guide.has('isHealthy')) return { check: async () => undefined, pass: async () => undefined }
  let last = { status: 'pass', note: '' }
  const check = async () => {
    const { status, note = '' } = await askHealth(guide, 'isHealthy')
    last = { status, note }
    return { status, note }
  }
  guide.ctx.check('plugin', check)
  return {
    check: async () => void (await check()),
    async pass() {
      if (last.status !== 'fail') return
      await check()
      if (last.status === 'fail') throw new PluginError('unavailable', `The plugin is not healthy: ${last.note}`)
    },
  }
}

const groups = ['demographics', 'interests', 'socialConnections', 'behaviorPatterns', 'contextualData'] as const

/** What is a pointer in the guide: 0 is a fact there. */
const pointers = new Set(['age', 'income'])

/** @throws {PluginError} `invalid-data` for a confidence or a time to live that is none */
function enrichmentOf(found: unknown): Enrichment {
  if (!isRecord(found)) throw notRecord('EnrichUserProfile', 'an enrichment', found)
  const data = groups.flatMap((group): [string, Json][] => {
    const value = plain(member(found, group), group === 'contextualData')
    return value === undefined ? [] : [[snakeCase(group), value]]
  })
  const confidence = member(found, 'confidence') ?? 1
  if (typeof confidence !== 'number' || !(confidence >= 0 && confidence <= 1))
    throw new PluginError(
      'invalid-data',
      `The enrichment was refused: its confidence is ${typeof confidence === 'number' ? confidence : textOf(confidence)}, not 0 to 1`,
      {
        origin: 'plugin',
      },
    )
  const ttl = ttlOf(member(found, 'ttl') ?? found['TTL'])
  return { data: Object.fromEntries(data), confidence, ...(ttl === undefined ? {} : { ttl }) }
}

/** Milliseconds a fact may be kept: the guide's seconds, or text with a unit. */
function ttlOf(written: unknown): number | undefined {
  if (written === undefined || written === null) return undefined
  const text = textOf(written)
  const ttl = parseDuration(text.trim() !== '' && Number.isFinite(Number(text)) ? `${text}s` : text)
  if (ttl !== undefined) return ttl
  throw new PluginError('invalid-data', `The enrichment was refused: its ttl is ${textOf(written)}`, {
    origin: 'plugin',
    hint: 'Give seconds as a number, or text with a unit: "30m".',
  })
}

/** A value as JSON with the guide's names of keys; what is empty is left out. Data of the plugin's own (`asIs`) keeps its keys and its zeros. */
function plain(value: unknown, asIs: boolean, key = ''): Json | undefined {
  if (value === null || value === undefined) return asIs && value === null ? null : undefined
  if (value instanceof Date) return value.toISOString()
  if (Array.isArray(value)) {
    const list = value.map((one) => plain(one, asIs) ?? null)
    return list.length === 0 && !asIs ? undefined : list
  }
  if (isRecord(value)) {
    const open = asIs || key === 'interactions' || key === 'engagement_metrics'
    const entries = Object.entries(value).flatMap(([name, one]): [string, Json][] => {
      const called = asIs ? name : snakeCase(name)
      const inner = plain(one, open && (asIs || key !== ''), called)
      return inner === undefined ? [] : [[open && key !== '' ? name : called, inner]]
    })
    return entries.length === 0 && !asIs ? undefined : Object.fromEntries(entries)
  }
  if (!asIs && (value === '' || (value === 0 && !pointers.has(key)))) return undefined
  return typeof value === 'bigint' ? String(value) : (value as Json)
}
