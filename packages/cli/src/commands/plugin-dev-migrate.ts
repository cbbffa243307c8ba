import { constants } from 'node:fs'
import { copyFile, readFile, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { migrateManifest, printProblem } from '@cardcage/kernel'
import { PluginError } from '@cardcage/plugin'
import type { Run } from '../command.ts'
import { valueOf } from '../command.ts'
import { fileError } from '../file-error.ts'
import type { Output } from '../output.ts'
import { oneLine, textTable } from '../text-table.ts'
import { writeFileWhole } from '../write-file.ts'

type Migration = ReturnType<typeof migrateManifest>

/** Rewrite a manifest of any dialect as the canonical `plugin.json`, and say what became of every key. A file that is overwritten is kept under another name. */
export const run: Run = async ({ output, signal }, [path = ''], options) => {
  const folder = resolve(path)
  await mustBeFolder(folder)
  const migration = migrateManifest(folder)
  const { file, dialect, written, notes, problems, done } = migration
  if (written === undefined) throw unreadable(migration)
  const wanted = valueOf(options, 'output')
  const target = wanted === undefined ? join(folder, 'plugin.json') : resolve(wanted)
  const text = `${JSON.stringify(written, null, 2)}\n`
  const dry = options['dryRun'] === true || wanted === '-'
  const needless = done && wanted === undefined
  const kept = dry || needless ? undefined : await makeRoom(target, text, options['force'] === true)
  if (!dry && !needless) await writeFileWhole(target, text, signal)
  if (output.json)
    return output.document({
      dialect,
      from: file,
      file: dry ? null : target,
      ...(kept === undefined ? {} : { kept }),
      changed: !dry && !needless,
      written,
      notes,
      problems,
    })
  if (needless) return output.talk(`${file} is in the canonical form already.`)
  showNotes(migration, output)
  if (dry) return output.data(text)
  output.data(target)
  if (kept !== undefined) output.talk(`What stood there is in ${kept}.`)
  if (dirname(file) === dirname(target) && file !== target)
    output.talk(`${basename(file)} is not read any more: remove it when you are content.`)
  output.talk(`Next:\n  cardcage plugin dev validate ${path}`)
}

/**
 * Makes sure that nothing is lost where the file is to be written: without `force` nothing may be there.
 *
 * @returns where a copy of what is there was put
 * @throws {PluginError} `conflict`
 */
async function makeRoom(target: string, text: string, force: boolean): Promise<string | undefined> {
  const there = await readFile(target, 'utf8').catch((thrown: unknown) => {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return undefined
    throw fileError(thrown, 'overwrite', target)
  })
  if (there === undefined || there === text) return undefined
  if (!force)
    throw new PluginError('conflict', `${target} is there already`, {
      origin: 'caller',
      hint: `Give --force: what stands there is then kept as ${basename(target)}.before-migration. Or look first with --dry-run.`,
      details: { file: target },
    })
  for (let count = 1; ; count++) {
    const copy = `${target}.before-migration${count === 1 ? '' : `-${count}`}`
    try {
      await copyFile(target, copy, constants.COPYFILE_EXCL)
      return copy
    } catch (thrown) {
      if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'EEXIST')) throw fileError(thrown, 'keep the old file as', copy)
    }
  }
}

function showNotes({ file, dialect, notes, problems }: Migration, output: Output): void {
  output.talk(`${file}: ${dialect}`)
  const rows = notes.map(({ from, to, why }) => [
    `  ${oneLine(from)}`,
    to === undefined ? 'dropped' : `→ ${oneLine(to)}`,
    oneLine(why ?? ''),
  ])
  output.talk(rows.length > 0 ? textTable(rows) : '  every key is kept as it stands')
  for (const problem of problems) output.warn(oneLine(printProblem(problem)))
}

/** What is wrong with a manifest that cannot be read. */
function unreadable({ file, problems }: Migration): PluginError {
  const errors = problems.filter(({ severity }) => severity === 'error')
  const [first] = errors
  if (!first)
    return new PluginError('unsupported', `${file} is no file that can be migrated`, {
      hint: 'Only manifests are; a module describes itself in its code.',
    })
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : ''
  return new PluginError(first.code, `${printProblem(first)}${more}`, {
    hint: `${first.fix} \`cardcage plugin dev validate\` lists all there is.`,
    details: { problems: errors.map((problem) => ({ ...problem })) },
  })
}

async function mustBeFolder(folder: string): Promise<void> {
  const there = await stat(folder).catch((thrown: unknown) => {
    throw fileError(thrown, 'migrate', folder)
  })
  if (!there.isDirectory())
    throw new PluginError('invalid-call', `${folder} is not a folder`, {
      origin: 'caller',
      hint: 'Name the folder that holds the manifest.',
    })
}
