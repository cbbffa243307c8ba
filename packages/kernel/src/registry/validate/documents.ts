import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { isAbsolute, join, normalize, relative } from 'node:path'
import { printValue } from '../../manifest/describe-schema.ts'
import { isOutside } from '../../manifest/entry.ts'
import type { Manifest } from '../../manifest/manifest.ts'
import type { NoteFile, NoteKey } from './finding.ts'

/** What of a manifest its documents are held against. */
export type Documented = Partial<Pick<Manifest, 'documentation' | 'license' | 'version'>>

/** Bytes of the longest document that is looked at. */
const longest = 2 ** 20

/**
 * Check what lies beside the code of a plugin: the README and what it shows, the documents the manifest names, the licence, and the layout of the Chronos
 * guide: README, tests, examples. A README counts as the documentation of a plugin without a `docs` folder.
 */
export function checkDocuments(folder: string, { documentation, license, version }: Documented, note: NoteKey, noteFile: NoteFile): void {
  const names = readdirSync(folder)
  const { readme, examples = [] } = documentation ?? {}
  const named = readme === undefined ? undefined : insideOf(folder, readme, ['documentation', 'readme'], note)
  examples.forEach((example, i) => insideOf(folder, example, ['documentation', 'examples', String(i)], note))
  const found = named ?? (readme === undefined ? names.find((name) => /^readme(?:\.(?:md|markdown|txt|rst))?$/i.test(name)) : undefined)
  if (found !== undefined) checkReadme(join(folder, found), noteFile)
  else if (readme === undefined)
    noteFile('warning', join(folder, 'README.md'), 'there is no README.md', 'Say what the plugin does and how to call it.')
  checkLicense(folder, names, license, note, noteFile)
  checkLayout(folder, names, examples.length > 0, noteFile)
  if (
    Number(/^(\d+)\./.exec(version ?? '')?.[1] ?? 0) >= 2 &&
    !names.some((name) => /^(?:changelog|changes|history|migrat|upgrad)/i.test(name))
  )
    note(
      'note',
      ['version'],
      `${version} is a new major version, and nothing says what changes for those who update`,
      'Add CHANGELOG.md with what they must do.',
    )
}

/** The document's path in the folder; `undefined` after a report. */
function insideOf(folder: string, written: string, keys: readonly string[], note: NoteKey): string | undefined {
  const said = printValue(written)
  const fault = (message: string, fix: string): undefined => {
    note('error', keys, `${said} ${message}`, fix)
  }
  if (/^https?:\/\//.test(written)) return undefined
  if (isAbsolute(written) || isOutside(normalize(written))) return fault("lies outside the plugin's folder", 'Put it into the folder.')
  try {
    const real = realpathSync.native(join(folder, written))
    if (isOutside(relative(realpathSync.native(folder), real)))
      return fault("is a link that leads outside the plugin's folder", 'Put the file itself into the folder.')
    return normalize(written)
  } catch {
    return fault('does not exist', 'Create it, or correct the name.')
  }
}

function checkReadme(file: string, note: NoteFile): void {
  const text = textOf(file)
  if (text === undefined) return note('warning', file, 'cannot be read as text', 'Write it in UTF-8.')
  const lines = text.split('\n').filter((line) => line.trim() !== '' && !/^\s*(?:#|=+\s*$|-+\s*$)/.test(line))
  if (lines.length === 0) return note('warning', file, 'says nothing', 'Say what the plugin does and how to call it.')
  if (!/^\s*(?:```|~~~)|^(?: {4}|\t)\S|\bexamples?\/|`[^`\n]*\bcardcage\b[^`\n]*`/m.test(text))
    note('warning', file, 'shows no example of use', 'Show a call in a code block, such as `cardcage plugin call NAME --input FILE`.')
}

/** How a licence's text is recognised, and what its field then begins with. */
const licenses: readonly (readonly [text: RegExp, field: RegExp, name: string])[] = [
  [/Permission is hereby granted, free of charge/, /MIT|X11|Expat/i, 'MIT'],
  [/Apache License\s+Version 2\.0/, /Apache/i, 'Apache-2.0'],
  [/GNU AFFERO GENERAL PUBLIC LICENSE/i, /AGPL/i, 'AGPL-3.0-only'],
  [/GNU LESSER GENERAL PUBLIC LICENSE/i, /LGPL/i, 'LGPL-3.0-only'],
  [/GNU GENERAL PUBLIC LICENSE/i, /GPL/i, 'GPL-3.0-only'],
  [/Mozilla Public License/i, /MPL/i, 'MPL-2.0'],
  [/Redistribution and use in source and binary forms/, /BSD/i, 'BSD-3-Clause'],
  [/Permission to use, copy, modify, and\/?(?:or)? distribute/, /ISC|0BSD/i, 'ISC'],
]

function checkLicense(folder: string, names: readonly string[], license: string | undefined, note: NoteKey, noteFile: NoteFile): void {
  const name = names.find((each) => /^(?:licen[cs]e|copying)(?:[.-]|$)/i.test(each))
  const recognised = name === undefined ? undefined : licenses.find(([text]) => text.test(textOf(join(folder, name)) ?? ''))
  if (name !== undefined && license === undefined)
    noteFile(
      'warning',
      join(folder, name),
      'is a licence the manifest does not name',
      `Write "license": "${recognised?.[2] ?? 'SPDX expression'}" into the manifest.`,
    )
  else if (recognised && license !== undefined && !recognised[1].test(license))
    note(
      'warning',
      ['license'],
      `${printValue(license)} is not what ${name} says: that is ${recognised[2]}`,
      `Write "license": "${recognised[2]}", or put the text of ${license} there.`,
    )
  else if (
    name === undefined &&
    license !== undefined &&
    !/^(?:UNLICENSED|proprietary)$/i.test(license) &&
    /MIT|BSD|ISC|Apache|GPL|MPL/i.test(license)
  )
    note('note', ['license'], `there is no text of ${license} here, which it asks to be passed on`, 'Add a file LICENSE.')
}

function checkLayout(folder: string, names: readonly string[], namesExamples: boolean, note: NoteFile): void {
  const hasTests = names.some((name) => /^tests?$|[._-]tests?\.|^test[_-]|\.spec\./i.test(name)) || inSource(folder, names)
  const hasExamples = namesExamples || names.some((name) => /^examples?(?:$|\.)/i.test(name))
  const missing = [...(hasTests ? [] : ['tests (tests/, or NAME.test.ts)']), ...(hasExamples ? [] : ['examples (examples/)'])]
  if (missing.length > 0)
    note('note', folder, `has no ${missing.join(' and no ')}`, 'Add them; `cardcage plugin dev new` shows the layout.')
}

function inSource(folder: string, names: readonly string[]): boolean {
  return ['src', 'lib'].some((name) => names.includes(name) && filesIn(join(folder, name)).some((file) => /[._-]tests?\./i.test(file)))
}

/** Names in a folder; none where it is not one, or a link to nowhere, or may not be read. */
function filesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

function textOf(file: string): string | undefined {
  try {
    if (!statSync(file).isFile() || statSync(file).size > longest) return undefined
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file))
  } catch {
    return undefined
  }
}
