import { HookError } from '@mufta/kit'
import type { RuntimeOptions } from '@mufta/runtime'
import { answerPairing, type PairingDeps } from './pairing.ts'

type Routes = NonNullable<NonNullable<RuntimeOptions['http']>['routes']>

/** A pairing request has about 500 bytes. */
const MAX_BYTES = 16 * 1024

/** POST /bridge/pair, for the runtime's HTTP face. `deps` is asked for at the first request. */
export function pairRoute(deps: () => PairingDeps): Routes {
  return (app) => {
    app.post('/bridge/pair', async (context) => {
      try {
        const { status, body } = await answerPairing(deps(), await jsonOf(context.req.raw))
        return context.json(body, status)
      } catch (error) {
        if (error instanceof HookError) {
          const { code, message } = error
          return context.json({ v: 1, ok: false, error: { code, message } }, error.status)
        }
        deps().log.error({ code: 'PAIR_FAILED' }, 'A pairing could not be carried out')
        const text = 'The pairing could not be carried out; see the log of the runtime'
        return context.json({ v: 1, ok: false, error: { code: 'INTERNAL', message: text } }, 500)
      }
    })
  }
}

async function jsonOf(request: Request): Promise<unknown> {
  if (!/^application\/json\b/i.test(request.headers.get('content-type') ?? ''))
    throw new HookError(415, 'UNSUPPORTED_TYPE', 'Send application/json; charset=utf-8')
  const text = await readText(request)
  try {
    return JSON.parse(text) as unknown
  } catch {
    throw new HookError(400, 'BAD_REQUEST', 'The body is not JSON')
  }
}

async function readText(request: Request): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  let size = 0
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength
    if (size > MAX_BYTES) throw new HookError(413, 'TOO_LARGE', `A pairing has at most ${MAX_BYTES} bytes`)
    text += decoder.decode(chunk, { stream: true })
  }
  return text
}
