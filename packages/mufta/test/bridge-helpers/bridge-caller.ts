import { createHash, createHmac, randomBytes } from 'node:crypto'
import type { Site } from './site.ts'

/** The key that `pairWith` gives a site. */
export const KEY = { id: 'key-1', secret: 'ab'.repeat(32) } as const

export interface Answer {
  readonly status: number
  readonly text: string
  readonly body: {
    readonly v: number
    readonly ok: boolean
    readonly result?: Record<string, unknown>
    readonly error?: {
      readonly code: string
      readonly message: string
      readonly details?: Record<string, unknown>
    }
  }
}

export interface Twist {
  readonly method?: string
  readonly contentType?: string
  readonly headers?: Readonly<Record<string, string | undefined>>
  /** Sent instead of what was signed. */
  readonly sentBody?: string | Uint8Array<ArrayBuffer>
  readonly sentTarget?: string
  readonly time?: number
  readonly nonce?: string
  readonly keyId?: string
  readonly secret?: string
}

/** Signs as the protocol says, by itself: the tests do not trust the product's own signer. */
export class BridgeCaller {
  readonly url: string
  readonly target: string

  constructor(url: string, id: string) {
    const [vendor, name] = id.split('.')
    this.url = url
    this.target = `/bitrix/services/main/ajax.php?action=${vendor}:${name}.bridge.call`
  }

  /** A command that must go well. */
  async call(
    command: string,
    args: Record<string, unknown> = {},
    key?: string,
  ): Promise<Record<string, unknown>> {
    const { status, body, text } = await this.ask(command, args, key)
    if (status !== 200 || body.result === undefined) throw new Error(`${command}: ${status} ${text}`)
    return body.result
  }

  ask(command: string, args: Record<string, unknown> = {}, key?: string): Promise<Answer> {
    return this.send(JSON.stringify({ v: 1, ...(key === undefined ? {} : { key }), command, args }))
  }

  async send(body: string | Uint8Array<ArrayBuffer>, twist: Twist = {}): Promise<Answer> {
    const {
      method = 'POST',
      time = Math.floor(Date.now() / 1000),
      nonce = randomBytes(16).toString('hex'),
    } = twist
    const lines = [time, nonce, 'POST', this.target, createHash('sha256').update(body).digest('hex')].join(
      '\n',
    )
    const headers = Object.entries({
      'content-type': twist.contentType ?? 'application/json; charset=utf-8',
      'x-bridge-key': twist.keyId ?? KEY.id,
      'x-bridge-time': String(time),
      'x-bridge-nonce': nonce,
      'x-bridge-signature': createHmac('sha256', twist.secret ?? KEY.secret)
        .update(lines)
        .digest('hex'),
      ...twist.headers,
    }).filter((entry): entry is [string, string] => entry[1] !== undefined)
    const response = await fetch(this.url + (twist.sentTarget ?? this.target), {
      method,
      headers,
      redirect: 'manual',
      signal: AbortSignal.timeout(30_000),
      ...(method === 'GET' ? {} : { body: twist.sentBody ?? body }),
    })
    const text = await response.text()
    return { status: response.status, text, body: JSON.parse(text) as Answer['body'] }
  }
}

/** Gives the site the key and the runtime's address, as pairing would. */
export async function pairWith(
  site: Site,
  runtimeUrl = 'http://127.0.0.1:9',
  connection = 'shop-crm',
): Promise<void> {
  await site.eval(
    `use Mufta\\Bridge\\Credentials;
     use Mufta\\Bridge\\Settings;
     Settings::storeCredentials(new Credentials('${KEY.id}', '${KEY.secret}'));
     Settings::set('runtime_url', '${runtimeUrl}');
     Settings::set('connection', '${connection}');
     Settings::set('push_private', 'Y');
     return true;`,
  )
}
