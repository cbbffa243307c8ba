import { cpSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { KernelOptions } from '@cardcage/kernel'
import type { Reader, Table } from '@cardcage/plugin'
import { emptyFolder, openKernel } from '../host.ts'

const fixtures = fileURLToPath(new URL('fixtures', import.meta.url))

/** A kernel over a guide's sample, in a folder that is not in the repository. */
export async function openGuide(t: TestContext, sample: string, options: KernelOptions = {}): ReturnType<typeof openKernel> {
  const folder = join(emptyFolder(t), sample.split('/').at(-1)!)
  cpSync(join(fixtures, sample), folder, { recursive: true })
  return await openKernel(t, { plugins: [folder], ...options })
}

/** All rows of a table or a stream. */
export async function rowsOf(tables: Table | Reader | undefined): Promise<unknown[]> {
  const rows: unknown[] = []
  if (tables) for await (const one of Symbol.asyncIterator in tables ? tables : [tables]) rows.push(...one)
  return rows
}

/** A server on the loopback; returns its address. */
export async function serve(t: TestContext, answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
