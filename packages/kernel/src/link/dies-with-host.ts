import { accessSync, constants } from 'node:fs'

/** Program and arguments before `node` so that the kernel ends the process when the host ends, however it ends; and how that is said to people. */
export function diesWithHost(): { readonly wrapper: readonly string[]; readonly how: string } {
  for (const path of ['/usr/bin/setpriv', '/bin/setpriv', '/usr/local/bin/setpriv']) {
    if (executable(path)) return { wrapper: [path, '--pdeathsig', 'KILL', '--'], how: 'setpriv --pdeathsig KILL' }
  }
  return { wrapper: [], how: 'end of the channel (a plugin in a busy loop outlives the host: install util-linux’s setpriv)' }
}

function executable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
