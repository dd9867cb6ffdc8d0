import { explainBody, parseRetryAfter } from './api-explain.ts'
import { invalidAnswer, refusal, transportFailure, type ApiFailure, type CallFacts } from './api-failure.ts'
import { decodeAnswer, planOf, type Plan } from './api-plan.ts'
import { beforeSending } from './before-sending.ts'
import { endpointLabel, parseBaseUrl, requestPath } from './api-url.ts'
import type {
  ApiCallOptions,
  ApiClientOptions,
  ApiRequest,
  ApiResponse,
  Explanation,
  HttpMethod,
} from './client.ts'
import { CredentialMemory } from './credential-memory.ts'
import { Deadline } from './deadline.ts'
import { AuthError, ConfigError, MuftaError, RateLimitedError } from './errors.ts'
import { HttpTransport, type TransportAnswer } from './http-transport.ts'
import { safeCause } from './redact.ts'
import { Renewal } from './renewal.ts'
import { TransportError } from './transport-error.ts'

const DEFAULTS = {
  encoding: 'json',
  connectMs: 10_000,
  idleMs: 30_000,
  totalMs: 60_000,
  maxBodyBytes: 32 * 1024 * 1024,
  retries: 2,
} as const satisfies Partial<ApiClientOptions>

/**
 * Speaks one system's HTTP API. A subclass says how to authenticate and how to read the system's errors; the base
 * does the rest: bodies, queries, limits, safe repeats, rate budget, strict answers, typed and redacted errors.
 *
 * class AcmeClient extends ApiClient {
 *   protected override authenticate(request: ApiRequest) { request.headers['x-api-key'] = this.#key.reveal() }
 *   findOrder(id: string) { return this.call<AcmeOrder>('GET', `orders/${id}`) }
 * }
 */
export abstract class ApiClient implements AsyncDisposable {
  readonly #options: ApiClientOptions & Required<Pick<ApiClientOptions, keyof typeof DEFAULTS>>
  readonly #base: URL
  readonly #transport: HttpTransport
  readonly #credentials: CredentialMemory
  /** The call whose answer is being interpreted, for `failure`. */
  #reading: CallFacts | undefined
  readonly #renewal = new Renewal(() => this.refresh())

  /** @throws ConfigError the codes of `checkUrl`, `CLIENT_BAD_BASE_URL`, `CLIENT_BAD_OPTIONS` */
  constructor(options: ApiClientOptions) {
    this.#options = { ...DEFAULTS, ...options }
    for (const name of ['connectMs', 'idleMs', 'totalMs', 'maxBodyBytes'] as const) {
      if (!(this.#options[name] > 0))
        throw new ConfigError('CLIENT_BAD_OPTIONS', `${options.system}: ${name} must be above 0`)
    }
    this.#base = parseBaseUrl(options.baseUrl, options.allowHosts)
    this.#credentials = new CredentialMemory(options.secrets ?? [])
    this.#transport = new HttpTransport({ ...this.#options, baseUrl: this.#base })
  }

  /**
   * One call: `data` is the query of a GET (and of a DELETE, unless `deleteData: 'body'`), else the body. Resolves to
   * the decoded answer, as `interpret` gives it. Errors: the classes of errors.ts with codes CLIENT_*; a write whose
   * answer was lost is UnknownOutcomeError.
   */
  async call<T = unknown>(
    method: HttpMethod,
    endpoint: string,
    data?: unknown,
    options: ApiCallOptions = {},
  ): Promise<T> {
    const { value } = await this.#run(method, endpoint, data, options)
    // The shape is the outside system's promise; mappers read it field by field.
    return value as T
  }

  /** Like `call`, but resolves to the whole response: for systems that answer in headers. */
  protected async request(
    method: HttpMethod,
    endpoint: string,
    data?: unknown,
    options: ApiCallOptions = {},
  ): Promise<ApiResponse> {
    return (await this.#run(method, endpoint, data, options)).response
  }

  /** Adds credentials to the headers or the query; called before every attempt. What it adds is redacted everywhere. */
  protected authenticate(_request: ApiRequest): void | Promise<void> {}

  /** Renews the credentials after an auth refusal; true = worth one more attempt. Runs once for calls side by side. */
  protected async refresh(): Promise<boolean> {
    return false
  }

  /** true = the status carries data, not a refusal. @default 200–299 */
  protected accepts(response: ApiResponse): boolean {
    return response.status >= 200 && response.status < 300
  }

  /**
   * Data of an accepted response. Override where errors come inside HTTP 200: throw `this.failure(response, …)` or
   * an error of errors.ts. AuthError leads to `refresh`, RateLimitedError to a repeat; others go to the caller.
   */
  protected interpret(response: ApiResponse): unknown {
    return response.body
  }

  /** The system's own reading of a refusal. What it leaves out comes from the usual fields and the HTTP status. */
  protected explain(_response: ApiResponse): Explanation | null {
    return null
  }

  /** Wait named by the answer in ms. Override where the system has headers of its own. */
  protected retryAfterMs(response: ApiResponse): number | undefined {
    return parseRetryAfter(response.headers, Date.now())
  }

  /** For `interpret`: a typed, redacted error for a refusal whatever its HTTP status. @default kind 'permanent' */
  protected failure(response: ApiResponse, explanation: Explanation): MuftaError {
    const facts = this.#reading ?? this.#facts('GET', '', {})
    return refusal(facts, response, { kind: 'permanent', ...explanation }, null).error
  }

  /** Takes this client's secrets and personal data out of a text. */
  protected redact(text: string): string {
    return this.#credentials.redactor(text)
  }

  /** Cuts what is under way and frees the sockets. Safe to call twice. */
  async close(): Promise<void> {
    await this.#transport.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  async #run(method: HttpMethod, endpoint: string, data: unknown, options: ApiCallOptions): Promise<Outcome> {
    const plan = planOf(method, data, options, this.#options.encoding)
    const facts = this.#facts(method, endpoint, options)
    using deadline = new Deadline(this.#options.totalMs, options.signal)
    let hasRefreshed = this.#renewal.isInside
    for (let attempt = 1; ; attempt++) {
      const { generation } = this.#renewal
      const result = await this.#attempt({ facts, endpoint, plan, options, deadline, attempt })
      if ('response' in result) return result
      const { error, mayRepeat } = result
      if (error instanceof AuthError && !hasRefreshed) {
        hasRefreshed = true
        if (await beforeSending(deadline, facts, () => deadline.race(this.#renewal.renew(generation))))
          continue
      }
      if (!mayRepeat || attempt > this.#options.retries) throw error
      const waitMs = this.#waitMs(error, attempt)
      if (waitMs >= deadline.remainingMs()) throw error
      this.#options.log?.warn(
        { ...error.facts, code: error.code, attempt, waitMs: Math.round(waitMs) },
        `${facts.system}: ${method} ${facts.endpoint} is sent again`,
      )
      await beforeSending(deadline, facts, () => deadline.sleep(waitMs))
    }
  }

  async #attempt(step: Step): Promise<Outcome | ApiFailure> {
    const { facts, endpoint, plan, options, deadline } = step
    const request = await this.#prepare(step)
    await beforeSending(deadline, facts, () => this.#options.budget?.take({ signal: deadline.signal }))
    const started = performance.now()
    try {
      const answer = await this.#transport.send({
        method: facts.method,
        path: requestPath(this.#base, endpoint, request.query),
        headers: request.headers,
        ...(plan.body === undefined ? {} : { body: plan.body.text }),
        timeoutMs: deadline.remainingMs(),
        ...(options.signal === undefined ? {} : { signal: options.signal }),
      })
      this.#logCall(step, started, answer.status)
      return this.#read(facts, answer, options)
    } catch (error) {
      if (!(error instanceof TransportError)) throw error
      this.#logCall(step, started)
      return transportFailure(facts, error)
    }
  }

  async #prepare({ facts, endpoint, plan, options, deadline }: Step): Promise<ApiRequest> {
    const headers: Record<string, string> = { accept: 'application/json', 'user-agent': 'Mufta' }
    if (plan.body !== undefined) headers['content-type'] = plan.body.contentType
    if (options.idempotencyKey !== undefined) headers['idempotency-key'] = options.idempotencyKey
    for (const [name, value] of Object.entries(options.headers ?? {})) headers[name.toLowerCase()] = value
    const before = { headers, query: plan.query }
    const request: ApiRequest = {
      method: facts.method,
      endpoint,
      headers: { ...headers },
      query: { ...plan.query },
    }
    await beforeSending(deadline, facts, () => deadline.race(this.authenticate(request)))
    this.#credentials.learn(before, request)
    return request
  }

  #read(facts: CallFacts, answer: TransportAnswer, options: ApiCallOptions): Outcome | ApiFailure {
    const { body, problem, cause } = decodeAnswer(answer)
    const response: ApiResponse = { status: answer.status, headers: answer.headers, body }
    if (!this.accepts(response)) {
      const failure = refusal(facts, response, this.#explained(response), problem)
      if (failure.error instanceof RateLimitedError) this.#penalize(failure.error)
      return failure
    }
    const isEmpty = answer.text.trim() === '' || body === null
    if (isEmpty && options.allowEmpty === true)
      return { response: { ...response, body: undefined }, value: undefined }
    if (problem !== null) return invalidAnswer(facts, answer.status, problem, cause)
    return this.#interpreted(facts, response)
  }

  #interpreted(facts: CallFacts, response: ApiResponse): Outcome | ApiFailure {
    this.#reading = facts
    try {
      return { response, value: this.interpret(response) }
    } catch (error) {
      if (!(error instanceof MuftaError)) {
        const cause = safeCause(error, facts.redactor)
        return {
          ...invalidAnswer(facts, response.status, 'a shape that was not expected', cause),
          mayRepeat: false,
        }
      }
      if (error instanceof RateLimitedError) this.#penalize(error)
      return { error, mayRepeat: error instanceof RateLimitedError }
    } finally {
      this.#reading = undefined
    }
  }

  #explained(response: ApiResponse): Explanation {
    const own = Object.entries(this.explain(response) ?? {}).filter(([, value]) => value !== undefined)
    const retryAfterMs = this.retryAfterMs(response)
    return {
      ...explainBody(response.body),
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      ...Object.fromEntries(own),
    }
  }

  #facts(method: HttpMethod, endpoint: string, options: ApiCallOptions): CallFacts {
    const byMethod = method === 'GET' || method === 'PUT' || method === 'DELETE'
    const { redactor } = this.#credentials
    return {
      system: this.#options.system,
      method,
      endpoint: endpointLabel(this.#base, endpoint, redactor),
      isRead: method === 'GET' || options.idempotent === true,
      isRepeatable: (options.idempotent ?? byMethod) || options.idempotencyKey !== undefined,
      // Bound late: credentials learned during the call must be known to its errors.
      redactor: (text) => this.#credentials.redactor(text),
    }
  }

  #penalize(error: RateLimitedError): void {
    this.#options.budget?.penalize(error.retryAfterMs ?? MIN_PENALTY_MS)
  }

  /** Full jitter, but never before the time the system named. */
  #waitMs(error: MuftaError, attempt: number): number {
    const random = this.#options.random ?? Math.random
    const jitter = random() * Math.min(MAX_BACKOFF_MS, BACKOFF_MS * 2 ** (attempt - 1))
    if (!(error instanceof RateLimitedError)) return jitter
    return (error.retryAfterMs ?? MIN_PENALTY_MS * 2 ** (attempt - 1)) + jitter
  }

  #logCall({ facts, attempt }: Step, started: number, status?: number): void {
    const ms = Math.round(performance.now() - started)
    const { system, method, endpoint } = facts
    this.#options.log?.debug(
      { system, method, endpoint, status, ms, attempt },
      `${system}: ${method} ${endpoint}`,
    )
  }
}

const BACKOFF_MS = 250
const MAX_BACKOFF_MS = 10_000
const MIN_PENALTY_MS = 100

interface Outcome {
  readonly response: ApiResponse
  readonly value: unknown
}

interface Step {
  readonly facts: CallFacts
  readonly endpoint: string
  readonly plan: Plan
  readonly options: ApiCallOptions
  readonly deadline: Deadline
  readonly attempt: number
}
