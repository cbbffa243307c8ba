/** `PR_SET_PDEATHSIG` of `prctl(2)`. */
const setParentDeathSignal = 1

const sigkill = 9n

/** What is used of `node:ffi`, which the types do not know yet. */
interface Ffi {
  dlopen(
    library: string,
    functions: Readonly<Record<string, { return: string; arguments: readonly string[] }>>,
  ): {
    readonly functions: Readonly<Record<string, (...values: readonly (number | bigint)[]) => number>>
  }
}

/**
 * Ask the kernel to kill this process when its parent ends, then give up the permission to call native code. Must run before any code of the plugin.
 *
 * @throws where the C library cannot be called: such a process must not go on
 */
export function dieWithParent(): void {
  const ffi = process.getBuiltinModule('node:ffi' as 'node:fs') as unknown as Ffi
  const { functions } = ffi.dlopen('libc.so.6', { prctl: { return: 'i32', arguments: ['i32', 'u64', 'u64', 'u64', 'u64'] } })
  const failed = functions.prctl!(setParentDeathSignal, sigkill, 0n, 0n, 0n) !== 0
  ;(process.permission as unknown as { drop(permission: string): void }).drop('ffi')
  if (failed) throw new Error('prctl(PR_SET_PDEATHSIG) failed: the process would outlive its host')
}
