import type { Health } from '@cardcage/plugin'
import { decodeObject, isObject } from '../wire/json.ts'

/** Outcomes of health checks that are kept. */
const maxChecks = 100

/** Outcome of one health check. */
export type Checked = { readonly name: string } & Health

/** The checks that have been asked for and have not been answered. */
export class HealthChecks {
  readonly #open = new Map<number, (checks: readonly Checked[]) => void>()

  /** Wait for the answer to check `id`; one that is late is a failure, and what comes then is no surprise. */
  async wait(id: number, timeout: number): Promise<readonly Checked[]> {
    return await new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#open.set(id, () => undefined)
        resolve([{ name: 'answer', status: 'fail', note: `no answer in ${timeout} ms` }])
      }, timeout)
      this.#open.set(id, (checks) => {
        clearTimeout(timer)
        resolve(checks)
      })
    })
  }

  /** `checked` has come. Returns the violation; @throws what is no JSON object */
  answered(id: number, payload: Uint8Array): 'order' | undefined {
    const done = this.#open.get(id)
    if (!done) return 'order'
    const { checks } = decodeObject(payload)
    this.#open.delete(id)
    done(Array.isArray(checks) ? checks.filter(isObject).slice(0, maxChecks).map(healthOf) : [])
    return undefined
  }

  /** The instance is gone. */
  end(note: string): void {
    for (const done of this.#open.values()) done([{ name: 'answer', status: 'fail', note }])
    this.#open.clear()
  }
}

function healthOf({ name, status, note }: Record<string, unknown>): Checked {
  return {
    name: String(name).slice(0, 256),
    status: status === 'pass' || status === 'warn' ? status : 'fail',
    ...(typeof note === 'string' ? { note: note.slice(0, 4096) } : {}),
  }
}
