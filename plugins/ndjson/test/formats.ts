import { formatsInMemory } from '../../../test/formats/formats-in-memory.ts'
import plugin from '../index.ts'

export { testCall } from '../../../test/formats/formats-in-memory.ts'
export const { formats, readBytes, openReader, writeTables, bytesSource } = formatsInMemory(plugin, 'ndjson')
