/** One list of modules that somebody gave. */
export interface ModuleList {
  /** Its key, for programs and people: `security.blocked_modules`, `modules.allowed`. */
  readonly by: string
  /** Whose key that is, and where it stands, for people. */
  readonly at: string
  /** What is in it: as it was written, and the modules it stands for here. */
  readonly names: readonly { readonly written: string; readonly means: readonly string[] }[]
}

/** The lists in force for one instance: a module that one of `blocked` has is refused, and so is one that not every list of `allowed` has. */
export interface ModuleLists {
  readonly blocked: readonly ModuleList[]
  /** Empty: all that are not blocked. */
  readonly allowed: readonly ModuleList[]
  /** Real path of the plugin's folder: its own files, not those of packages in it, are never refused. */
  readonly own: string
}
