import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { interleave } from '../interleave.ts'
import { output } from '../peers/spawned.ts'
import type { Suite } from '../suite.ts'

const listOnce = fileURLToPath(new URL('../ours/list-once.ts', import.meta.url))

/** Numbers of plugin folders. */
const numbers = [1, 10, 100]

export const listing: Suite = {
  name: 'listing',
  about: 'making a kernel and listing its plugins, for the first time in a process; the modules are loaded before',
  async run(effort) {
    const root = mkdtempSync(join(tmpdir(), 'cardcage-bench-'))
    const folders = numbers.map((number) => ({ number, folder: makePlugins(join(root, String(number)), number) }))
    const samples = await interleave(
      folders.map(({ number, folder }) => ({
        name: nameOf(number),
        unit: 'ms',
        round: async () => Number(await output([listOnce, folder, String(number)])),
      })),
      effort,
    )
    rmSync(root, { recursive: true })
    return { samples, rows: numbers.map((number) => ({ measure: 'plugin list', ours: nameOf(number), most: 10 + 0.3 * number })) }
  },
}

function nameOf(number: number): string {
  return number === 1 ? '1 plugin' : `${number} plugins`
}

/** Plugins as they are written: an operation with an input, params and words about it. */
function makePlugins(folder: string, number: number): string {
  for (let i = 0; i < number; i++) {
    const plugin = join(folder, `plugin-${i}`)
    mkdirSync(plugin, { recursive: true })
    writeFileSync(join(plugin, 'index.ts'), 'export {}\n')
    writeFileSync(join(plugin, 'plugin.json'), JSON.stringify(manifest(i), undefined, 2))
  }
  return folder
}

function manifest(i: number): object {
  return {
    id: `plugin-${i}`,
    name: `Plugin ${i}`,
    version: '1.2.3',
    description: 'Smooths a series by a moving window; missing values stay missing.',
    author: 'Cardcage',
    license: 'MIT',
    api_version: { major: 1, minor: 0, patch: 0 },
    keywords: ['analysis', 'smoothing'],
    entry: 'index.ts',
    provides: {
      analysis: {
        [`smooth-${i}`]: {
          title: 'Smooth',
          description: 'Moving average over a window.',
          inputs: {
            series: {
              columns: { time: { type: 'time', optional: true }, value: { type: 'number', description: 'What is smoothed' } },
              minRows: 1,
            },
          },
          params: {
            type: 'object',
            properties: {
              window_size: { type: 'integer', minimum: 1, default: 10, description: 'Rows of the window' },
              centred: { type: 'boolean', default: false },
            },
          },
          deterministic: true,
        },
      },
    },
    permissions: { net: [{ value: 'api.example.org', reason: 'the calendar' }] },
  }
}
