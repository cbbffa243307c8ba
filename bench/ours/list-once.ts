/** `list-once.ts FOLDER NUMBER`: prints the milliseconds of making a kernel and listing its plugins. */
import { createKernel } from '@cardcage/kernel'

const [folder, number] = process.argv.slice(2) as [string, string]
const began = performance.now()
const kernel = await createKernel({ plugins: [folder] })
const listed = kernel.list()
const took = performance.now() - began
await kernel.stop()
const ready = listed.filter(({ state }) => state === 'stopped').length
if (ready !== Number(number)) throw new Error(`${ready} of ${number} plugins were listed without a fault`)
console.log(took)
