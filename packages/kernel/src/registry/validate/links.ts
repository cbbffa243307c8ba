import { type Dirent, readdirSync, realpathSync } from 'node:fs'
import { join, relative } from 'node:path'
import { isOutside } from '../../manifest/entry.ts'
import { manifestNames } from '../../manifest/read-manifest.ts'
import type { NoteFile } from './finding.ts'

/** Links that are reported at most. */
const most = 100

/** Reports every symbolic link of a folder that leads outside it, or nowhere. */
export function checkLinks(folder: string, note: NoteFile): void {
  const root = realpathSync.native(folder)
  const folders = [root]
  let found = 0
  for (let next = folders.pop(); next !== undefined && found < most; next = folders.pop()) {
    for (const entry of entriesOf(next, note)) {
      const path = join(next, entry.name)
      if (entry.isDirectory() && entry.name !== 'node_modules' && entry.name !== '.git') folders.push(path)
      if (!entry.isSymbolicLink() || manifestNames.some((name) => path === join(root, name))) continue
      const message = faultOf(root, path)
      if (message === undefined) continue
      found++
      note('error', path, message, 'Put the file itself into the folder: a plugin is packed and run without what lies around it.')
    }
  }
}

function entriesOf(folder: string, note: NoteFile): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch (error) {
    note('error', folder, `cannot be read: ${(error as NodeJS.ErrnoException).code}`, 'Make it readable, or remove it.')
    return []
  }
}

function faultOf(root: string, path: string): string | undefined {
  try {
    return isOutside(relative(root, realpathSync.native(path))) ? "is a link that leads outside the plugin's folder" : undefined
  } catch {
    return 'is a link that leads nowhere'
  }
}
