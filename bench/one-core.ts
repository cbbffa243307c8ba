import { spawnSync } from 'node:child_process'
import { availableParallelism } from 'node:os'

/**
 * Keep this process, and those it starts from now on, on one core. Two processes that take turns are otherwise sometimes on one core and sometimes
 * on two, and waking an idle core costs more than the call: what is measured is then where the scheduler has put them.
 *
 * @returns the way back
 */
export function stayOnOneCore(): () => void {
  const all = `0-${availableParallelism() - 1}`
  if (!pin('0')) {
    console.log('NOT ON ONE CORE: there is no taskset (util-linux) here, so where processes are put is part of what is measured.')
    return () => undefined
  }
  return () => void pin(all)
}

function pin(cores: string): boolean {
  return spawnSync('taskset', ['-a', '-p', '-c', cores, String(process.pid)], { stdio: 'ignore' }).status === 0
}
