import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createKernel, type Kernel } from '@cardcage/kernel'
import { type Contender, interleave } from '../interleave.ts'
import { cache } from '../ours/cache.ts'
import { plugins } from '../ours/plugins.ts'
import { params } from '../payload.ts'
import { output, untilFirstByte, untilReply } from '../peers/spawned.ts'
import type { Suite } from '../suite.ts'

const firstByte = fileURLToPath(new URL('../peers/first-byte.cjs', import.meta.url))
const echo = fileURLToPath(new URL('../peers/echo.cjs', import.meta.url))
const firstCall = fileURLToPath(new URL('../ours/first-call.ts', import.meta.url))

/** Starts of one round. */
const starts = 5

export const coldStart: Suite = {
  name: 'cold-start',
  about: 'from a call that finds no process until its answer, against plain Node until its first byte',
  async run(effort) {
    const count = Math.ceil(starts * effort.work)
    const several = (name: string, start: () => Promise<number>, times = count): Contender => ({
      name,
      unit: 'ms',
      async round() {
        const taken: number[] = []
        for (let i = 0; i < times; i++) taken.push(await start())
        return taken
      },
    })
    await using kernel = await createKernel({ cache, plugins: [plugins.plain, plugins.typed] })
    const samples = await interleave(
      [
        several('.ts with zod, warm caches', () => start(kernel, 'bench-typed', 'echo', params)),
        several('plain Node', () => untilFirstByte(firstByte)),
        several('plain Node, one reply', () => untilReply(echo)),
        several('.ts without zod, warm caches', () => start(kernel, 'bench-plain', 'reflect')),
        several('.ts with zod, cold caches', withoutCaches, 1),
      ],
      effort,
    )
    return {
      samples,
      rows: [
        { measure: 'cold start, .ts with zod', ours: '.ts with zod, warm caches', peer: 'plain Node', most: 1.08 },
        { measure: 'cold start, .ts with zod', ours: '.ts with zod, warm caches', peer: 'plain Node, one reply' },
        { measure: 'cold start, .ts without zod', ours: '.ts without zod, warm caches', peer: 'plain Node', most: 1.08 },
        { measure: 'cold start, .ts without zod', ours: '.ts without zod, warm caches', peer: 'plain Node, one reply' },
        { measure: 'cold start, nothing cached', ours: '.ts with zod, cold caches', peer: 'plain Node' },
      ],
    }
  },
}

async function start(kernel: Kernel, plugin: string, operation: string, given?: typeof params): Promise<number> {
  await kernel.restart(plugin)
  const began = performance.now()
  await kernel.analyze(`${plugin}.analysis.${operation}`, given ? { params: given } : {})
  return performance.now() - began
}

/** In a host of its own: what a host has once prepared it keeps in memory. */
async function withoutCaches(): Promise<number> {
  const cache = mkdtempSync(join(tmpdir(), 'cardcage-bench-'))
  try {
    return Number(await output([firstCall, cache]))
  } finally {
    rmSync(cache, { recursive: true })
  }
}
