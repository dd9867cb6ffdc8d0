import { createHash } from 'node:crypto'
import { createRedactor, type Redactor } from '@mufta/kit'
import type { Webhook } from './options.ts'

/** What one request is sent with. */
export interface Credentials {
  /** Methods are appended: "https://host/rest/1/secret/" or "https://host/rest/". */
  readonly base: URL
  /** Goes into the body as `auth`; a webhook has none. */
  readonly token: string | undefined
}

export interface PortalAuth {
  /** Names the webhook or application in limits: the portal counts operating time for each of them. No secret. */
  readonly account: string
  readonly redactor: Redactor
  /** Host for messages, without port 443. */
  host(): string
  present(signal?: AbortSignal): Promise<Credentials>
  /** New credentials in place of refused ones; null = there is no way to get any. */
  renew(refused: Credentials, signal?: AbortSignal): Promise<Credentials | null>
  /** The portal was renamed. */
  moveTo(origin: string): void
}

export class WebhookAuth implements PortalAuth {
  readonly account: string
  readonly redactor: Redactor
  #base: URL

  constructor({ base, secret, userId }: Webhook) {
    this.#base = base
    this.account = accountName('hook', userId, secret)
    this.redactor = createRedactor([secret])
  }

  host(): string {
    return this.#base.host
  }

  present(): Promise<Credentials> {
    return Promise.resolve({ base: this.#base, token: undefined })
  }

  renew(): Promise<null> {
    return Promise.resolve(null)
  }

  moveTo(origin: string): void {
    this.#base = new URL(this.#base.pathname, origin)
  }
}

/** Eight hex digits tell two webhooks apart and give nothing of the secret away. */
export function accountName(kind: string, ...parts: readonly string[]): string {
  const digest = createHash('sha256').update(parts.join('\n')).digest('hex')
  return `${kind}-${digest.slice(0, 8)}`
}
