import { Readable } from 'node:stream'
import { spec, type TestEvent } from 'node:test/reporters'

/**
 * Node's spec reporter, with every test that was left out named once more, with its reason, above the closing counts: a test that did not run
 * must not look like one that passed.
 *
 * @param events of `node --test`
 */
export default async function* report(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  yield* Readable.from(nameSkipped(events)).pipe(new spec())
}

async function* nameSkipped(events: AsyncIterable<TestEvent>): AsyncGenerator<TestEvent> {
  const skipped: string[] = []
  for await (const event of events) {
    if (event.type === 'test:pass' || event.type === 'test:fail') {
      const { name, skip, todo, file, line } = event.data
      const reason = skip ?? todo
      if (reason !== undefined && reason !== false)
        skipped.push(`${place(file, line)} ${name}: ${reason === true ? 'no reason given' : reason}`)
    }
    if (event.type === 'test:diagnostic' && event.data.nesting === 0 && /^tests \d/.test(event.data.message)) {
      for (const line of skipped.toSorted()) yield note(event, `NOT RUN ${line}`)
    }
    yield event
  }
}

function place(file: string | undefined, line: number | undefined): string {
  const path = file?.startsWith(process.cwd()) ? file.slice(process.cwd().length + 1) : file
  return `${path ?? ''}:${line ?? ''}`
}

function note(like: Extract<TestEvent, { type: 'test:diagnostic' }>, message: string): TestEvent {
  return { type: 'test:diagnostic', data: { ...like.data, message, level: 'warn' } }
}
