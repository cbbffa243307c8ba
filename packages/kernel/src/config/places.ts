import { existsSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, isAbsolute, join, resolve } from 'node:path'

/** The folders Cardcage keeps things in; absolute paths, none is created by asking. */
export interface Places {
  /** The workspace: durable state and the plugins' data folders. */
  readonly home: string
  /** Is there such a folder already? Where not, only commands that write state create it. */
  readonly homeExists: boolean
  /** What can be made again: stripped code, learnt manifests. */
  readonly cache: string
  /** Releases installed for this user. */
  readonly userStore: string
}

/**
 * Where things lie. The workspace is the nearest `.cardcage` at or above `cwd`, else `.cardcage` in `cwd`; cache and user store follow the XDG
 * base directories, whose relative values are ignored. `CARDCAGE_HOME` overrides all three.
 *
 * @param environment the variables looked at: `CARDCAGE_HOME`, `XDG_CACHE_HOME`, `XDG_DATA_HOME`
 * @see https://specifications.freedesktop.org/basedir-spec/latest/
 */
export function places(cwd: string, environment: Readonly<Record<string, string | undefined>> = process.env): Places {
  const override = environment['CARDCAGE_HOME']
  if (override) {
    const home = resolve(cwd, override)
    return { home, homeExists: isFolder(home), cache: join(home, 'cache'), userStore: join(home, 'store') }
  }
  const found = nearest(resolve(cwd))
  return {
    home: found ?? join(resolve(cwd), '.cardcage'),
    homeExists: found !== undefined,
    cache: join(base(environment['XDG_CACHE_HOME'], '.cache'), 'cardcage'),
    userStore: join(base(environment['XDG_DATA_HOME'], '.local/share'), 'cardcage'),
  }
}

function nearest(folder: string): string | undefined {
  const candidate = join(folder, '.cardcage')
  if (isFolder(candidate)) return candidate
  const parent = dirname(folder)
  return parent === folder ? undefined : nearest(parent)
}

function base(value: string | undefined, inHome: string): string {
  return value && isAbsolute(value) ? value : join(homedir(), inHome)
}

function isFolder(path: string): boolean {
  return existsSync(path) && statSync(path).isDirectory()
}
