/** Who may import whom, as data. A package that has no row may not exist; a folder of the kernel that is not in the line may not either. */

/** One row: what the code under a folder may import of ours, beside itself. */
export interface Row {
  /** Folder from the root; `*` stands for one name, and what it matches is one package. */
  readonly from: string
  /** Packages by folder. */
  readonly may: readonly string[]
  /** What its tests may import as well. */
  readonly inTests?: readonly string[]
}

export const rows: readonly Row[] = [
  { from: 'packages/plugin', may: [] },
  { from: 'packages/numeric', may: [] },
  { from: 'packages/columnar', may: ['packages/plugin'] },
  { from: 'packages/kernel', may: ['packages/plugin', 'packages/columnar'] },
  { from: 'packages/testing', may: ['packages/plugin', 'packages/kernel'] },
  { from: 'packages/server', may: ['packages/plugin', 'packages/kernel'] },
  {
    from: 'packages/cli',
    may: ['packages/plugin', 'packages/numeric', 'packages/columnar', 'packages/kernel', 'packages/testing', 'packages/server'],
  },
  { from: 'packages/console', may: [] },
  { from: 'plugins/*', may: ['packages/plugin', 'packages/numeric', 'packages/columnar'], inTests: ['packages/testing'] },
  // An example is either a plugin or a program that embeds the kernel.
  {
    from: 'examples/*',
    may: ['packages/plugin', 'packages/numeric', 'packages/columnar', 'packages/kernel'],
    inTests: ['packages/testing'],
  },
]

/** The kernel's rooms, in the one line they stand in: each imports only rooms before it. What lies in `src` itself comes after the last. */
export const rooms = [
  'base',
  'observe',
  'manifest',
  'config',
  'wire',
  'link',
  'policy',
  'registry',
  'event',
  'slot',
  'kind',
  'pipeline',
] as const

/** Doors that are open to some only: a specifier and the folders whose code may use it. */
export const doors: readonly { readonly specifier: string; readonly only: readonly string[] }[] = [
  {
    specifier: '@cardcage/plugin/internal',
    only: ['packages/plugin', 'packages/columnar', 'packages/kernel', 'packages/testing', 'packages/cli'],
  },
]

/** What only some may do. Tests may do all of it. */
export interface Deed {
  readonly what: string
  /** Modules whose import is the deed. */
  readonly modules?: readonly string[]
  /** Members whose reading is the deed, as `process.env`. */
  readonly members?: readonly string[]
  /** Functions or methods whose call is the deed. */
  readonly calls?: readonly string[]
  /** Folders, or beginnings of paths, that may. */
  readonly only: readonly string[]
}

export const deeds: readonly Deed[] = [
  {
    what: 'starts processes',
    modules: ['node:child_process', 'child_process', 'node:cluster', 'cluster'],
    only: ['packages/kernel/src/link/', 'packages/cli/bin/'],
  },
  { what: 'reads the command line', members: ['process.argv'], only: ['packages/cli/', 'packages/kernel/src/link/', 'examples/'] },
  { what: 'reads the environment', members: ['process.env'], only: ['packages/kernel/src/config/', 'packages/cli/bin/'] },
  {
    what: 'listens',
    modules: ['fastify'],
    calls: ['createServer', 'createSecureServer', 'createSocket', 'Server'],
    only: ['packages/server/'],
  },
]
