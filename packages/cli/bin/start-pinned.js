import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { constants } from 'node:os'
import { dirname, join } from 'node:path'
import { isatty } from 'node:tty'

/** @type {NodeJS.Signals[]} */
const passed = ['SIGINT', 'SIGTERM', 'SIGHUP']

/**
 * Runs a script with the Node that came with the package: same arguments, same standard streams, signals passed on, same exit code.
 * Where there is none, says in one line what to install and sets exit code 7.
 *
 * @param {readonly string[]} args the script and its arguments
 */
export function startPinned(args) {
  const binary = pinnedBinary()
  if (binary === undefined) return refuse(`no Node 26 for ${process.platform}-${process.arch} came with the package`)
  const child = spawn(binary, args, { stdio: 'inherit' })
  for (const signal of passed) process.on(signal, () => pass(child, signal))
  child.on('error', (error) => refuse(`the Node 26 at ${binary} cannot be started (${error.message})`))
  child.on('exit', (code, signal) => (signal === null ? process.exit(code ?? 1) : die(signal)))
}

/**
 * A terminal sends Ctrl-C to the whole group, so the child already has it: a second one would read as "stop at once".
 *
 * @param {import('node:child_process').ChildProcess} child
 * @param {NodeJS.Signals} signal
 */
function pass(child, signal) {
  if (signal === 'SIGINT' && [0, 1, 2].some((descriptor) => isatty(descriptor))) return
  child.kill(signal)
}

/**
 * Ends this process as the child ended, so that a shell sees the same.
 *
 * @param {NodeJS.Signals} signal
 */
function die(signal) {
  for (const name of passed) process.removeAllListeners(name)
  const code = 128 + constants.signals[signal]
  if (!passed.includes(signal) && signal !== 'SIGKILL') process.exit(code)
  process.kill(process.pid, signal)
  setTimeout(() => process.exit(code), 1000)
}

/**
 * The first installed Node of version 26 or later among the packages named for this platform, looked for from this file's own place.
 *
 * @returns {string | undefined}
 */
function pinnedBinary() {
  const require = createRequire(import.meta.url)
  const platform = process.platform === 'win32' ? 'win' : process.platform
  for (const name of [`node-${platform}-${process.arch}`, `node-bin-${platform}-${process.arch}`]) {
    try {
      const manifest = require.resolve(`${name}/package.json`)
      const { version } = JSON.parse(readFileSync(manifest, 'utf8'))
      if (Number.parseInt(version, 10) >= 26) return join(dirname(manifest), 'bin', platform === 'win' ? 'node.exe' : 'node')
    } catch {
      // Not installed: the next one may be.
    }
  }
  return undefined
}

/** @param {string} reason */
function refuse(reason) {
  process.stderr.write(
    `cardcage needs Node 26 and this is ${process.version}; ${reason}: install Node 26, or install again without --omit=optional\n`,
  )
  process.exitCode = 7
}
