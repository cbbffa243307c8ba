import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { interleave } from '../interleave.ts'
import { untilExit } from '../peers/spawned.ts'
import type { Suite } from '../suite.ts'

const ours = fileURLToPath(new URL('../../packages/cli/bin/cardcage.js', import.meta.url))
const bare = fileURLToPath(new URL('../peers/bare-commander.js', import.meta.url))

export const help: Suite = {
  name: 'help',
  about: '`cardcage --help` against a program of three lines with the same commander, both with this Node, caches warm',
  async run(effort) {
    const home = mkdtempSync(join(tmpdir(), 'cardcage-bench-'))
    const env = { CARDCAGE_HOME: home }
    const samples = await interleave(
      [
        { name: 'cardcage --help', unit: 'ms', round: () => untilExit([ours, '--help'], env) },
        { name: 'bare commander', unit: 'ms', round: () => untilExit([bare, '--help'], env) },
      ],
      { ...effort, rounds: effort.rounds * 3 },
    )
    rmSync(home, { recursive: true })
    return { samples, rows: [{ measure: 'cardcage --help', ours: 'cardcage --help', peer: 'bare commander', most: 1.5 }] }
  },
}
