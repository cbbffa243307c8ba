#!/usr/bin/env node
// Plain JavaScript that any Node from 18 on reads. The program itself needs Node 26, which the package brings along where the machine has an older one.
import { existsSync } from 'node:fs'
import module from 'node:module'
import { join } from 'node:path'

if (Number.parseInt(process.versions.node, 10) >= 26) {
  const { cacheFolder } = await import('./cache-folder.js')
  // Node's compile cache keeps the stripped TypeScript as well as the bytecode, each checked against the source; where the folder cannot be
  // written it does without, silently.
  module.enableCompileCache(join(cacheFolder(process.env), 'compiled'))
  const source = new URL('../src/main.ts', import.meta.url)
  const entry = existsSync(source) ? source : new URL('../dist/main.js', import.meta.url)
  await import(entry.href)
} else {
  const { startPinned } = await import('./start-pinned.js')
  startPinned(process.argv.slice(1))
}
