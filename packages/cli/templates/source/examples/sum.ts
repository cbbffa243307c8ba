import { createKernel } from '@cardcage/kernel'

await using kernel = await createKernel({ plugins: [`${import.meta.dirname}/..`] })
const { result } = await kernel.readSource('{{name}}.source.squares', { params: { rows: 10 } })
let sum = 0
for await (const rows of result) for (const square of rows.numbers('square')) sum += square
console.log(`The first ten squares add up to ${sum}.`)
