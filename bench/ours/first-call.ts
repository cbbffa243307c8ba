/** `first-call.ts CACHE`: prints the milliseconds of the first call of a plugin with these caches. */
import { createKernel } from '@cardcage/kernel'
import { params } from '../payload.ts'
import { plugins } from './plugins.ts'

await using kernel = await createKernel({ plugins: [plugins.typed], cache: process.argv[2]! })
const began = performance.now()
await kernel.analyze('bench-typed.analysis.echo', { params })
console.log(performance.now() - began)
