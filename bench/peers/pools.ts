import { Piscina } from 'piscina'
import { Tinypool } from 'tinypool'
import type { Peer } from './peer.ts'

const filename = new URL('./pool-task.ts', import.meta.url).href

/** Tinypool with one child process that takes `concurrency` tasks at once. */
export async function startTinypool(concurrency: number): Promise<Peer<unknown, unknown>> {
  const pool = new Tinypool({ runtime: 'child_process', filename, minThreads: 1, maxThreads: 1, concurrentTasksPerWorker: concurrency })
  return { call: (task) => pool.run(task), close: () => pool.destroy() }
}

/** Piscina with one thread that takes `concurrency` tasks at once. */
export async function startPiscina(concurrency: number): Promise<Peer<unknown, unknown>> {
  const pool = new Piscina({ filename, minThreads: 1, maxThreads: 1, concurrentTasksPerWorker: concurrency })
  return { call: (task) => pool.run(task) as Promise<unknown>, close: () => pool.destroy() }
}
