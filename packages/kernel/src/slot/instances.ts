import type { Link } from '../link/link.ts'

/** A running instance and how many calls it has. */
export interface Instance {
  readonly link: Link
  calls: number
}

/** The running instances of one slot. Calls go to the least busy. */
export class Instances {
  /** How many there may be. */
  readonly most: number
  #running: Instance[] = []

  constructor(most: number) {
    this.most = most
  }

  /** The one that has run longest. */
  get first(): Instance | undefined {
    return this.#running[0]
  }

  get all(): readonly Instance[] {
    return this.#running
  }

  add(link: Link): Instance {
    const instance = { link, calls: 0 }
    this.#running.push(instance)
    return instance
  }

  /** Take one out that has gone. Was it one of these? */
  remove(instance: Instance): boolean {
    const place = this.#running.indexOf(instance)
    if (place < 0) return false
    this.#running.splice(place, 1)
    return true
  }

  /** Take all of them out, in order. */
  empty(): Instance[] {
    return this.#running.splice(0)
  }

  /** The least busy of those that have no call over its deadline; among equals the one that has run longest. */
  leastBusy(): Instance | undefined {
    let least: Instance | undefined
    for (const one of this.#running) if ((!least || one.calls < least.calls) && !one.link.late()) least = one
    return least
  }

  /** Resolves when one that has a call over its deadline has none any more. */
  late(): Promise<unknown> | undefined {
    const late = this.#running.flatMap(({ link }) => link.late() ?? [])
    return late.length > 0 ? Promise.race(late) : undefined
  }
}
