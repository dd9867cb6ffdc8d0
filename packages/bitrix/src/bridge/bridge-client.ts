import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  AbortedError,
  AuthError,
  createRedactor,
  HttpTransport,
  MuftaError,
  RateLimitedError,
  RetryableError,
  TransportError,
  UnknownOutcomeError,
  type TransportAnswer,
  type CallOptions,
} from '@mufta/kit'
import { resultOf } from './answer.ts'
import { commands, type CommandArgs, type CommandName, type CommandResult } from './commands.ts'
import { badShape, noAnswerError, type CallPlace } from './errors.ts'
import { isExactly } from './exact-shape.ts'
import { bridgeHeaders, bridgeSignature } from './signer.ts'
import { Turnstile } from './turnstile.ts'

/** How the module is reached. */
export interface BridgeCredentials {
  /** Full address of the module's endpoint, query included. */
  readonly endpoint: string
  readonly keyId: string
  /** 64 hex digits. */
  readonly secret: string
  /** When the key was made, Unix milliseconds. The site keeps it a moment after we do. @default long ago */
  readonly since?: number
}

export interface BridgeClientOptions {
  /** Asked at every call, so that a new pairing needs no restart. null = not paired. */
  readonly credentials: () => BridgeCredentials | null
  readonly allowHosts?: readonly string[]
  /** Requests at the same time: each takes a PHP worker of the site. @default 4 */
  readonly concurrency?: number
  /** @default 10_000 */
  readonly connectMs?: number
  /** Longest silence inside an answer. @default 30_000 */
  readonly idleMs?: number
  /** One try, whole. @default 60_000 */
  readonly totalMs?: number
  /** Largest answer read. @default 32 MiB */
  readonly maxBodyBytes?: number
  /** Repeats of a call: reads, and writes by their key. @default 2 */
  readonly retries?: number
  /** Unix milliseconds. @default Date.now */
  readonly clock?: () => number
  /** Random in [0,1) for jitter. @default Math.random */
  readonly random?: () => number
}

const DEFAULTS = {
  allowHosts: [] as readonly string[],
  concurrency: 4,
  connectMs: 10_000,
  idleMs: 30_000,
  totalMs: 60_000,
  maxBodyBytes: 32 * 1024 * 1024,
  retries: 2,
  clock: Date.now,
  random: Math.random,
} satisfies Partial<BridgeClientOptions>

/** Signed commands to the module: no request bucket, only a few at a time. Knows nothing of shops. */
export class BridgeClient {
  readonly #options: typeof DEFAULTS & BridgeClientOptions
  readonly #turnstile: Turnstile
  #transport: { readonly origin: string; readonly http: HttpTransport } | null = null
  #requests = 0

  constructor(options: BridgeClientOptions) {
    this.#options = { ...DEFAULTS, ...options }
    this.#turnstile = new Turnstile(this.#options.concurrency)
  }

  /** Requests sent so far. */
  get requests(): number {
    return this.#requests
  }

  /**
   * @throws MuftaError of errors.ts; UnknownOutcomeError only for a write
   * @throws AbortedError `BRIDGE_ABORTED`
   */
  async call<Name extends CommandName>(
    command: Name,
    args: CommandArgs<Name>,
    options: CallOptions & {
      readonly key?: string
      /** Codes of failures that the caller meets in another way than by a repeat. */
      readonly giveUpOn?: ReadonlySet<string>
    } = {},
  ): Promise<CommandResult<Name>> {
    const { key, signal, giveUpOn } = options
    const body = JSON.stringify({ v: 1, ...(key === undefined ? {} : { key }), command, args })
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.#turnstile.run(() => this.#once(command, body, signal), signal)
      } catch (error) {
        const delay = giveUpOn?.has(codeOf(error)) === true ? undefined : this.#delay(error, attempt)
        if (delay === undefined || isAborted(signal)) throw atEnd(error, command, signal)
        await sleep(delay, undefined, signal === undefined ? {} : { signal }).catch(() => undefined)
        if (isAborted(signal)) throw atEnd(error, command, signal)
      }
    }
  }

  /** Cuts what is under way. Safe to call twice. */
  async close(): Promise<void> {
    await this.#transport?.http.close()
  }

  async #once<Name extends CommandName>(
    command: Name,
    body: string,
    signal: AbortSignal | undefined,
  ): Promise<CommandResult<Name>> {
    const credentials = this.#options.credentials()
    if (credentials === null) throw notPaired()
    const url = new URL(credentials.endpoint)
    const place: CallPlace = {
      host: url.host,
      command,
      isWrite: commands[command].isWrite,
      redactor: createRedactor([credentials.secret]),
    }
    const answer = await this.#send(url, credentials, body, place, signal)
    const result = this.#resultOf(answer, credentials, place)
    const schema = commands[command].result
    if (isExactly(schema, result)) return result as CommandResult<Name>
    const parsed = schema.safeParse(result)
    if (parsed.success) return parsed.data as CommandResult<Name>
    const fields = parsed.error.issues.map((issue) => issue.path.join('.') || '(result)')
    throw badShape(place, [...new Set(fields)].slice(0, 5).join(', '))
  }

  #resultOf(answer: TransportAnswer, used: BridgeCredentials, place: CallPlace): unknown {
    try {
      return resultOf(answer, place)
    } catch (error) {
      throw this.#isKeyChanging(error, used) ? keyIsNew(place, error) : error
    }
  }

  /** A pairing changes the key on our side first, and what is under way still carries the old one. */
  #isKeyChanging(error: unknown, used: BridgeCredentials): boolean {
    if (!/^BRIDGE_(?:KEY_REFUSED|NOT_PAIRED)$/.test(codeOf(error))) return false
    const present = this.#options.credentials()
    if (present === null) return false
    const isFresh = this.#options.clock() - (present.since ?? 0) < KEY_SETTLES_MS
    return isFresh || present.keyId !== used.keyId || present.secret !== used.secret
  }

  async #send(
    url: URL,
    { keyId, secret }: BridgeCredentials,
    body: string,
    place: CallPlace,
    signal: AbortSignal | undefined,
  ) {
    const target = `${url.pathname}${url.search}`
    const time = Math.floor(this.#options.clock() / 1000)
    const nonce = randomBytes(16).toString('hex')
    const http = await this.#transportTo(url)
    this.#requests++
    try {
      return await http.send({
        method: 'POST',
        path: target,
        headers: {
          'content-type': 'application/json; charset=utf-8',
          accept: 'application/json',
          [bridgeHeaders.key]: keyId,
          [bridgeHeaders.time]: String(time),
          [bridgeHeaders.nonce]: nonce,
          [bridgeHeaders.signature]: bridgeSignature(secret, { time, nonce, method: 'POST', target, body }),
        },
        body,
        timeoutMs: this.#options.totalMs,
        ...(signal === undefined ? {} : { signal }),
      })
    } catch (error) {
      if (!(error instanceof TransportError)) throw error
      throw noAnswerError(place, error.isSent, error.reason, error)
    }
  }

  async #transportTo(url: URL): Promise<HttpTransport> {
    const known = this.#transport
    if (known !== null && known.origin === url.origin) return known.http
    const { allowHosts, connectMs, idleMs, maxBodyBytes } = this.#options
    const http = new HttpTransport({ baseUrl: url, allowHosts, connectMs, idleMs, maxBodyBytes })
    this.#transport = { origin: url.origin, http }
    // A new pairing may have moved the site; what the old address still owes is not worth waiting for.
    await known?.http.close()
    return http
  }

  /** Milliseconds before the same again; undefined = do not repeat. A write carries its key, so it is safe too. */
  #delay(error: unknown, attempt: number): number | undefined {
    if (attempt >= this.#options.retries || !isWorthRepeating(error)) return undefined
    const asked = error instanceof RateLimitedError ? (error.retryAfterMs ?? 1_000) : 0
    if (asked > MOST_PATIENCE_MS) return undefined
    return asked + this.#options.random() * Math.min(250 * 2 ** attempt, 5_000)
  }
}

const MOST_PATIENCE_MS = 10_000
/** After so long the site has its new key, or will never have it. */
const KEY_SETTLES_MS = 30_000

function codeOf(error: unknown): string {
  return error instanceof MuftaError ? error.code : ''
}

function isWorthRepeating(error: unknown): boolean {
  if (!(error instanceof MuftaError) || error.code === 'BRIDGE_VERSION_CONFLICT') return false
  return (
    error instanceof RetryableError ||
    error instanceof UnknownOutcomeError ||
    error instanceof RateLimitedError
  )
}

function isAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true
}

/** What the caller must know beats the abort: a write that may have been done stays one. */
function atEnd(error: unknown, command: string, signal: AbortSignal | undefined): unknown {
  if (!isAborted(signal) || error instanceof UnknownOutcomeError) return error
  return new AbortedError('BRIDGE_ABORTED', `${command} was aborted`)
}

function notPaired(): AuthError {
  return new AuthError(
    'BRIDGE_NOT_PAIRED',
    'This connection has no key of its site yet: make a pairing code on the admin page or with "mufta bridge pair", and type it on the module\'s settings page',
  )
}

function keyIsNew({ host, command, isWrite }: CallPlace, cause: unknown): RetryableError {
  const message = `Site ${host} refused ${command}: the key is new and the site may not have it yet; it is tried again`
  const facts = { system: 'site', method: command, isWrite }
  return new RetryableError('BRIDGE_KEY_NEW', message, { facts, cause })
}
