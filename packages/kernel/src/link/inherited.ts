import { readdirSync, readFileSync } from 'node:fs'

const closeOnExec = 0o2000000

/** Descriptors this process has inherited and would hand on: not marked close-on-exec. Those a plugin's process needs, 0 to 3, are not among them. */
export function inheritedDescriptors(): readonly string[] {
  try {
    return readdirSync('/proc/self/fd').filter((descriptor) => Number(descriptor) > 3 && handedOn(descriptor))
  } catch {
    return []
  }
}

function handedOn(descriptor: string): boolean {
  try {
    const flags = /flags:\s*(\d+)/.exec(readFileSync(`/proc/self/fdinfo/${descriptor}`, 'utf8'))?.[1]
    return flags !== undefined && (Number.parseInt(flags, 8) & closeOnExec) === 0
  } catch {
    return false
  }
}
