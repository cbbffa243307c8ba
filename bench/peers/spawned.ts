import { spawn } from 'node:child_process'
import type { Socket } from 'node:net'
import { whenGone } from './peer.ts'

/** Milliseconds from starting Node with these arguments until it has ended. @throws Error where its exit code is not 0 */
export async function untilExit(args: readonly string[], env: Readonly<Record<string, string>>): Promise<number> {
  const began = performance.now()
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], env })
  child.stdout.resume()
  await new Promise((resolve) => child.once('close', resolve))
  const took = performance.now() - began
  if (child.exitCode !== 0) throw new Error(`node ${args.join(' ')} ended with ${child.exitCode ?? child.signalCode}`)
  return took
}

/** Milliseconds from starting Node with a script until its first byte on descriptor 3. */
export async function untilFirstByte(script: string): Promise<number> {
  const began = performance.now()
  const child = spawn(process.execPath, [script], { stdio: ['ignore', 'ignore', 'inherit', 'pipe'], env: {} })
  await new Promise((resolve) => child.stdio[3]!.once('data', resolve))
  const took = performance.now() - began
  await whenGone(child)
  return took
}

/** Milliseconds from starting Node with a script until it has answered a first message on descriptor 3. */
export async function untilReply(script: string): Promise<number> {
  const began = performance.now()
  const child = spawn(process.execPath, [script], { stdio: ['ignore', 'ignore', 'inherit', 'pipe'], env: {} })
  const socket = child.stdio[3] as Socket
  socket.write('?')
  await new Promise((resolve) => socket.once('data', resolve))
  const took = performance.now() - began
  child.kill('SIGKILL')
  await whenGone(child)
  return took
}

/** What Node prints when it runs a script. @throws Error where its exit code is not 0 */
export async function output(args: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
  await new Promise((resolve) => child.once('close', resolve))
  if (child.exitCode !== 0) throw new Error(`node ${args.join(' ')} ended with ${child.exitCode ?? child.signalCode}`)
  return text
}
