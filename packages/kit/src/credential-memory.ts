import { createRedactor, type Redactor } from './redact.ts'

interface Credentials {
  readonly headers: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, unknown>>
}

/** Knows the secrets of a client: those it was given and those that `authenticate` was seen to add (tokens rotate). */
export class CredentialMemory {
  readonly #given: readonly string[]
  /** Newest last; old tokens may still come back in late answers. */
  readonly #seen = new Set<string>()
  #redactor: Redactor | undefined

  constructor(given: readonly string[]) {
    this.#given = given
  }

  get redactor(): Redactor {
    this.#redactor ??= createRedactor([...this.#given, ...this.#seen])
    return this.#redactor
  }

  /** Notes every header and query value that is new or different after `authenticate`. */
  learn(before: Credentials, after: Credentials): void {
    for (const [name, value] of Object.entries(after.headers)) {
      if (before.headers[name] !== value && !HARMLESS.test(name)) this.#noteHeader(value)
    }
    for (const [name, value] of Object.entries(after.query)) {
      if (before.query[name] !== value && typeof value === 'string') this.#note(value)
    }
  }

  #noteHeader(value: string): void {
    this.#note(value)
    const [, scheme = '', credentials = ''] = /^(\w+)\s+(\S+)$/.exec(value) ?? []
    this.#note(credentials)
    if (/^basic$/i.test(scheme))
      this.#note(
        Buffer.from(credentials, 'base64')
          .toString()
          .replace(/^[^:]*:/, ''),
      )
    for (const [, cookie = ''] of value.matchAll(/=([^;\s]+)/g)) this.#note(cookie)
  }

  #note(value: string): void {
    // Short values ("main", "json") are words, not keys; a short key belongs into the given secrets.
    if (value.length < MIN_LENGTH || this.#seen.has(value)) return
    this.#seen.add(value)
    this.#redactor = undefined
    const [oldest] = this.#seen
    if (this.#seen.size > MAX_SEEN && oldest !== undefined) this.#seen.delete(oldest)
  }
}

const HARMLESS = /^(?:accept|content|user-agent|idempotency-key|if-)/i
const MIN_LENGTH = 8
const MAX_SEEN = 24
