// Writes 1 GiB of batches as a stream, reads that stream, and says how much memory the process had at most. The batches are slices of
// one table, so that what is measured is the writer's and the reader's memory.
import { readStream, writeStream } from '@cardcage/columnar'
import { reader, table, type Fields } from '@cardcage/plugin'

const rows = 1 << 18
const batches = 256
const schema: Fields = [
  { name: 'x', type: 'float64' },
  { name: 'n', type: 'int64' },
]
const x = new Float64Array(rows + batches)
const n = new BigInt64Array(rows + batches)
for (let i = 0; i < x.length; i++) {
  x[i] = i
  n[i] = BigInt(i)
}
const whole = table({ x, n }, schema)

function* slices() {
  for (let i = 0; i < batches; i++) yield whole.slice(i, i + rows)
}

let bytes = 0
const stream = async function* () {
  for await (const part of writeStream(reader(schema, slices()))) {
    bytes += part.length
    yield part
  }
}
let count = 0
let sum = 0
for await (const t of await readStream({ name: 'generated', stream })) {
  count += t.numRows
  sum += t.numbers('x')[0]! + Number(t.column('n')[rows - 1])
}
console.log(JSON.stringify({ bytes, rows: count, sum, maxRss: process.resourceUsage().maxRSS * 1024 }))
