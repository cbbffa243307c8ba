import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Folder of caches for one run: warm once a suite has warmed up, and no other host of this user is in it. Gone when the process ends. */
export const cache = mkdtempSync(join(tmpdir(), 'cardcage-bench-cache-'))
process.once('exit', () => rmSync(cache, { recursive: true, force: true }))
