import type { Calls } from './remote.ts'

interface Question {
  readonly number: number
  readonly name: string
  readonly input: unknown
}

/** The other end of `Remote`: answers until the parent goes, then ends this process. */
export function serve(calls: Calls): void {
  process.on('message', (message) => {
    const { number, name, input } = message as Question
    void answer(calls[name], input).then((result) => process.send?.({ number, ...result }))
  })
  process.on('disconnect', () => process.exit(0))
}

async function answer(
  call: Calls[string] | undefined,
  input: unknown,
): Promise<{ readonly value?: unknown; readonly error?: string }> {
  if (call === undefined) return { error: 'No such call' }
  try {
    return { value: await (call as (input: unknown) => unknown)(input) }
  } catch (error) {
    return { error: error instanceof Error ? (error.stack ?? error.message) : String(error) }
  }
}
