import { blocks } from './blocks.ts'

/** Something a document names, and where. */
export interface Named {
  readonly line: number
  readonly text: string
}

const folders = /^(?:\.\/)?(?:packages|plugins|examples|docs|bench|scripts|test|\.ci)(?:\/|$)/
const rootFiles = /^[\w.-]+\.(?:md|json|ts)$|^\.(?:oxlintrc|oxfmtrc)\.json$/

/** Targets of relative links, with their `#anchor`. */
export function namedLinks(text: string): Named[] {
  return prose(text).flatMap(({ line, text: words }) =>
    [...words.matchAll(/\]\(<?([^)\s>]+)>?(?:\s+"[^"]*")?\)|\b(?:src|href)="([^"]+)"/g)]
      .map(([, target = '', attribute = '']) => ({ line, text: target + attribute }))
      .filter((link) => !/^[a-z][\w+.-]*:/i.test(link.text)),
  )
}

/** Paths from the root that stand in `code`: those that begin with a folder of the root, without places left open (`<kind>`, `NAME`, `…`). */
export function namedPaths(text: string): Named[] {
  return spans(text).filter(({ text: code }) => folders.test(code) && !/[<>…{}()\s$]|\b[A-Z]{2,}\b(?!\.md)/.test(code))
}

/** Files of the root that stand in `code` (`ARCHITECTURE.md`); whether one is meant to be there, only its name says. */
export function namedRootFiles(text: string): Named[] {
  return spans(text).filter(({ text: code }) => rootFiles.test(code) && /^[A-Z]{4,}|^\./.test(code))
}

/** Command lines of a program, in `code` and in blocks of shell: `cardcage plugin list --json`. With `npx` or a prompt before them or not. */
export function namedCommands(text: string, program: string): Named[] {
  const shell = blocks('', text)
    .filter(({ language }) => ['sh', 'bash', 'shell', 'console'].includes(language))
    .flatMap(({ line, code }) =>
      code
        .replaceAll('\\\n', '  ')
        .split('\n')
        .map((command, index) => ({ line: line + index, text: command })),
    )
  return [...spans(text), ...shell].flatMap(({ line, text: code }) =>
    code
      .split(/\s*(?:&&|\|\||[|;])\s+/)
      .map((part) =>
        part
          .replace(/\s#.*$/, '')
          .replace(/^\s*(?:\$ )?(?:npx (?:--no )?)?/, '')
          .trim(),
      )
      .filter((part) => part === program || part.startsWith(`${program} `))
      .map((part) => ({ line, text: part })),
  )
}

/** Anchors that a document's headings make, as GitHub writes them. */
export function anchors(text: string): string[] {
  return prose(text).flatMap(({ text: line }) => {
    const [, heading] = /^#{1,6}\s+(.*)$/.exec(line) ?? []
    if (heading === undefined) return []
    const plain = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase()
    return [
      plain
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .trim()
        .replace(/\s/g, '-'),
    ]
  })
}

/** The inline code of a document. */
function spans(text: string): Named[] {
  return prose(text).flatMap(({ line, text: words }) =>
    [...words.matchAll(/(?<!`)(`{1,2})(?!`)(.+?)\1(?!`)/g)].map(([, , code = '']) => ({ line, text: code.trim() })),
  )
}

/** The lines of a document that are not in a block of code. */
function prose(text: string): Named[] {
  const code = new Set(
    blocks('', text).flatMap((block) => Array.from({ length: block.code.split('\n').length + 1 }, (_, index) => block.line - 1 + index)),
  )
  return text
    .split('\n')
    .map((words, index) => ({ line: index + 1, text: words }))
    .filter(({ line }) => !code.has(line))
}
