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

/**
 * Rewrite a manifest of any dialect as the canonical `plugin.json`, and say what became of every key. A file that is overwritten is kept under another name. A
 * module that is a plugin by itself has no manifest: the one it stands for is printed, or written where it is told to.
 */
export const run: Run = async ({ output, signal }, [path = ''], options) => {
  const folder = resolve(path)
  const isModule = await mustBePlugin(folder)
  const wanted = valueOf(options, 'output')
  const dry = options['dryRun'] === true || wanted === '-'
  if (isModule && wanted === undefined && !dry) throw withoutManifest(folder)
  const migration = migrateManifest(folder)
  const { file, dialect, written, notes, problems, done } = migration
  if (written === undefined) throw unreadable(migration)
  const target = wanted === undefined ? join(folder, 'plugin.json') : resolve(wanted)
  const text = `${JSON.stringify(written, null, 2)}\n`
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
  if (isModule) output.talk(`Put ${basename(file)} beside it, with the modules it imports: a folder with a manifest is one plugin.`)
  else if (dirname(file) === dirname(target) && file !== target)
    output.talk(`${basename(file)} is not read any more: remove it when you are content.`)
  output.talk(`Next:\n  cardcage plugin dev validate ${isModule ? dirname(target) : path}`)
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

function withoutManifest(file: string): PluginError {
  return new PluginError('unsupported', `${file} describes itself: a module has no manifest that could be rewritten`, {
    origin: 'caller',
    hint: 'Give --dry-run to see the plugin.json it stands for, or --output FOLDER/plugin.json to write it into a folder of its own.',
    details: { file },
  })
}

/** @returns whether it is a module, not a folder */
async function mustBePlugin(path: string): Promise<boolean> {
  const there = await stat(path).catch((thrown: unknown) => {
    throw fileError(thrown, 'migrate', path)
  })
  const isModule = !there.isDirectory() && /\.[cm]?[jt]s$/.test(path)
  if (there.isDirectory() || isModule) return isModule
  throw new PluginError('invalid-call', `${path} is neither a folder nor a module`, {
    origin: 'caller',
    hint: 'Name the folder that holds the manifest.',
  })
}
