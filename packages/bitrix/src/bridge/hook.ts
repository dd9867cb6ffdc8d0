import { decodeJson, HookError, type HookRequest, type HookResult, type ShopEvent } from '@mufta/kit'
import { isUtf8 } from 'node:buffer'
import type { BridgeCredentials } from './bridge-client.ts'
import { pushBody } from './commands.ts'
import { shopEvent } from './events.ts'
import { NonceMemory } from './nonce-memory.ts'
import { bridgeHeaders, bridgeSignature, isNonce, isSameDigest, WINDOW_SECONDS } from './signer.ts'

export interface PushOptions {
  readonly credentials: () => BridgeCredentials | null
  /** Unix milliseconds. */
  readonly clock: () => number
  /** Path of the public address that a proxy in front of us takes off: "/mufta". @default '' */
  readonly publicPath?: string
}

/** Largest push: 100 events have about 15 KB. */
const MAX_BYTES = 256 * 1024

/**
 * Verifies and reads pushes of the module. A push carries no data worth trusting, so a repeat after our restart
 * (nonces are kept in memory) costs one read and changes nothing.
 * @throws HookError 415, 413, 403 (not paired), 401 (signature, window, repeat), 400 (body)
 */
export function createPushParser(options: PushOptions): (request: HookRequest) => HookResult {
  const nonces = new NonceMemory(options.clock)
  return (request) => {
    const { contentType, body } = request
    if (!/^application\/json\s*(;\s*charset=utf-8\s*)?$/i.test(contentType.trim())) {
      throw new HookError(415, 'HOOK_NOT_JSON', 'A push must be sent as application/json; charset=utf-8')
    }
    if (body.byteLength > MAX_BYTES)
      throw new HookError(413, 'HOOK_TOO_LARGE', `A push is at most ${MAX_BYTES} bytes`)
    const nonce = verify(request, options)
    if (!nonces.take(nonce)) throw new HookError(401, 'HOOK_REPLAYED', 'This push was delivered before')
    return readPush(body)
  }
}

/** Returns the nonce of a request that the site really signed, now. */
function verify(request: HookRequest, { credentials, clock, publicPath = '' }: PushOptions): string {
  const { headers, body, target = '' } = request
  const known = credentials()
  if (known === null)
    throw new HookError(403, 'HOOK_NOT_PAIRED', 'This connection has no key of its site yet')
  const nonce = headers[bridgeHeaders.nonce] ?? ''
  const stamp = headers[bridgeHeaders.time] ?? ''
  const signature = headers[bridgeHeaders.signature] ?? ''
  const time = /^\d{1,12}$/.test(stamp) ? Number(stamp) : Number.NaN
  const isKeyRight = isSameDigest(known.keyId, headers[bridgeHeaders.key] ?? '')
  const isSigned = [target, `${publicPath}${target}`].some((address) =>
    isSameDigest(
      bridgeSignature(known.secret, { time, nonce, method: 'POST', target: address, body }),
      signature,
    ),
  )
  if (!isKeyRight || !isSigned || !isNonce(nonce)) {
    throw new HookError(401, 'HOOK_SIGNATURE_WRONG', 'The push is not signed with the key of this connection')
  }
  if (!(Math.abs(clock() / 1000 - time) <= WINDOW_SECONDS)) {
    throw new HookError(401, 'HOOK_STALE', 'The push is too old or from the future: compare the clocks')
  }
  return nonce
}

function readPush(body: Uint8Array): HookResult {
  const parsed = pushBody.safeParse(jsonOf(body))
  if (!parsed.success) throw new HookError(400, 'HOOK_MALFORMED', 'The push is not of protocol v1')
  const events: ShopEvent[] = []
  const ignored: string[] = []
  for (const row of parsed.data.events) {
    const event = shopEvent(row)
    if (event === null) ignored.push(`${row.entity} ${row.reason}`.slice(0, 80))
    else events.push(event)
  }
  return { events, ignored }
}

function jsonOf(body: Uint8Array): unknown {
  if (!isUtf8(body)) throw new HookError(400, 'HOOK_NOT_UTF8', 'The body is not UTF-8')
  try {
    return decodeJson(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8'))
  } catch {
    // The cause would tell of the body.
    throw new HookError(400, 'HOOK_MALFORMED', 'The body is not JSON')
  }
}
