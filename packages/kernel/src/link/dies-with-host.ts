import { accessSync, constants } from 'node:fs'

/** How a plugin's process is made to end when the host ends, however it ends. */
export interface DiesWithHost {
  /** Program and arguments before `node`. */
  readonly wrapper: readonly string[]
  /** Flags of Node for it. */
  readonly flags: readonly string[]
  /** Does the runner have to ask the kernel itself, before any plugin code runs? */
  readonly byRunner: boolean
  /** As it is said to people. */
  readonly how: string
}

const programs: readonly string[] = ['/usr/bin/setpriv', '/bin/setpriv', '/usr/local/bin/setpriv']

/** What makes a process die with this host: `setpriv` where it is installed, else a call of `prctl` by the runner. */
export function diesWithHost(places: readonly string[] = programs): DiesWithHost {
  const program = places.find(executable)
  if (program !== undefined)
    return { wrapper: [program, '--pdeathsig', 'KILL', '--'], flags: [], byRunner: false, how: 'setpriv --pdeathsig KILL' }
  return { wrapper: [], flags: ['--allow-ffi', '--disable-warning=PERM0003'], byRunner: true, how: 'prctl(PR_SET_PDEATHSIG) by the runner' }
}

function executable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
