import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import { PluginError } from '@cardcage/plugin'
import type { Run } from '../command.ts'
import { valueOf } from '../command.ts'
import { fileError } from '../file-error.ts'
import { linkHost } from '../link-host.ts'
import { templates } from '../locate.ts'
import { UsageError } from '../usage-error.ts'

/** Templates whose own names would mean something in this repository, or to npm. */
const renamed: Readonly<Record<string, string>> = {
  'test.ts': 'index.test.ts',
  gitignore: '.gitignore',
  package: 'package.json',
  tsconfig: 'tsconfig.json',
  'examples/sample': 'examples/sample.{{name}}',
}

/** Make the folder of a plugin: it validates, type-checks, passes its test and can be called, without a download. */
export const run: Run = async ({ output }, [name = ''], options) => {
  const kind = valueOf(options, 'kind')
  if (kind === undefined) throw new UsageError('--kind is missing', 'Choose what it provides: --kind analysis, for example.')
  if (!/^[a-z0-9][a-z0-9_-]*$/.test(name)) {
    throw new PluginError('invalid-call', `"${name}" is no id of a plugin`, {
      origin: 'caller',
      hint: 'Use lower-case letters, digits, - and _, beginning with a letter or digit.',
    })
  }
  const folder = resolve(valueOf(options, 'output') ?? name)
  await mustBeEmpty(folder)
  const files = await copyTemplates(kind, folder, name)
  const { links, missing } = await linkHost(folder)
  if (output.json) return output.document({ id: name, kind, path: folder, files, links, missing })
  const here = relative(process.cwd(), folder) || '.'
  output.data(`${here}\n${files.map((file) => `  ${file}`).join('\n')}`)
  if (missing.length > 0) output.warn(`${missing.join(', ')} is not installed beside Cardcage: install it for \`npm run check\``)
  output.talk(`\nNext:\n  cardcage plugin dev validate ${here}\n  cd ${here} && npm test\n  README.md shows how to call it`)
}

async function mustBeEmpty(folder: string): Promise<void> {
  const there = await readdir(folder).catch((thrown: unknown) => {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return []
    throw fileError(thrown, 'make the plugin in', folder)
  })
  if (there.length > 0)
    throw new PluginError('conflict', `${folder} is not empty`, {
      hint: 'Choose another folder with --output, or empty this one.',
      details: { file: folder },
    })
}

/** @returns names of the files made */
async function copyTemplates(kind: string, folder: string, name: string): Promise<readonly string[]> {
  const made: string[] = []
  const named = (text: string) => text.replaceAll('{{name}}', name)
  try {
    await mkdir(folder, { recursive: true })
    for (const from of [join(templates(), kind), join(templates(), 'shared')]) {
      for (const found of await readdir(from, { recursive: true, withFileTypes: true })) {
        if (!found.isFile()) continue
        const path = join(found.parentPath, found.name)
        const file = relative(from, path).replaceAll('\\', '/')
        const target = named(renamed[file] ?? file)
        await mkdir(join(folder, target, '..'), { recursive: true })
        await writeFile(join(folder, target), named(await readFile(path, 'utf8')), { flag: 'wx' })
        made.push(target)
      }
    }
  } catch (thrown) {
    throw fileError(thrown, 'make the plugin in', folder)
  }
  return made.toSorted()
}
