import type { ChildProcess } from 'node:child_process'

/** Something that answers calls, whatever the way to it. */
export interface Peer<Question, Reply> {
  call(question: Question): Promise<Reply>
  close(): Promise<void>
}

/** Resolves when a process has ended. */
export async function whenGone(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await new Promise((resolve) => child.once('exit', resolve))
}
