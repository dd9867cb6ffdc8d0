import { BROKEN_OFF } from './api-plan.ts'
import type { ApiResponse, Explanation, HttpMethod } from './client.ts'
import {
  AbortedError,
  AuthError,
  ConfigError,
  type MuftaError,
  PermanentError,
  RateLimitedError,
  RetryableError,
  UnknownOutcomeError,
  type ErrorFacts,
} from './errors.ts'
import { safeCause, safeText, safeUrl, type Redactor } from './redact.ts'
import type { TransportError } from './transport-error.ts'

/** What a failure needs to know about its call. */
export interface CallFacts {
  readonly system: string
  readonly method: HttpMethod
  readonly endpoint: string
  /** A lost answer loses nothing: a read, or a call that its author declared idempotent. */
  readonly isRead: boolean
  /** May be repeated after a lost answer. */
  readonly isRepeatable: boolean
  readonly redactor: Redactor
}

export interface ApiFailure {
  readonly error: MuftaError
  /** The client itself may send the request again. */
  readonly mayRepeat: boolean
}

/** A request that brought no whole answer. */
export function transportFailure(call: CallFacts, failure: TransportError): ApiFailure {
  const cause = safeCause(failure.cause, call.redactor)
  const options = { facts: factsOf(call), ...(cause === undefined ? {} : { cause }) }
  const what = `${call.system}, ${call.method} ${call.endpoint}`
  const isLost = failure.isSent && !call.isRead
  const final = (error: MuftaError): ApiFailure => ({ error, mayRepeat: false })

  if (failure.reason === 'blocked' && failure.cause instanceof ConfigError) return final(failure.cause)
  if (failure.reason === 'bad-request') {
    return final(
      new PermanentError(
        'CLIENT_BAD_REQUEST',
        `${what}: a header or the path holds a forbidden character`,
        options,
      ),
    )
  }
  if (isLost) {
    const repeatable = failure.reason === 'silent' || failure.reason === 'broken'
    return {
      error: unknownOutcome(call, REASONS[failure.reason], options),
      mayRepeat: repeatable && call.isRepeatable,
    }
  }
  switch (failure.reason) {
    case 'aborted':
      return final(new AbortedError('ABORTED', `${what}: stopped by the caller`, options))
    case 'closed':
      return final(new AbortedError('CLIENT_CLOSED', `${what}: the client was closed`, options))
    case 'timeout':
      return final(
        new RetryableError('CLIENT_TIMEOUT', `${what}: no answer within the total time limit`, options),
      )
    case 'too-large':
      return final(
        new PermanentError(
          'CLIENT_ANSWER_TOO_LARGE',
          `${what}: the answer is larger than the limit; ask for smaller pages`,
          options,
        ),
      )
    case 'silent':
    case 'broken':
      return {
        error: new RetryableError('CLIENT_ANSWER_LOST', `${what}: ${REASONS[failure.reason]}`, options),
        mayRepeat: true,
      }
    case 'tls':
      return final(
        new RetryableError(
          'CLIENT_TLS',
          `${what}: no secure connection; check the certificate of the server`,
          options,
        ),
      )
    default:
      return {
        error: new RetryableError('CLIENT_UNREACHABLE', `${what}: ${REASONS[failure.reason]}`, options),
        mayRepeat: true,
      }
  }
}

/** An accepted status with a body that cannot be what was asked for. */
export function invalidAnswer(call: CallFacts, status: number, problem: string, cause?: Error): ApiFailure {
  const facts = factsOf(call, status)
  const options = cause === undefined ? { facts } : { facts, cause }
  if (!call.isRead) {
    return {
      error: unknownOutcome(call, `it answered ${status} with ${problem}`, options),
      mayRepeat: call.isRepeatable,
    }
  }
  const message = `${call.system} answered ${status} to ${call.method} ${call.endpoint} with ${problem}`
  return { error: new RetryableError('CLIENT_ANSWER_INVALID', message, options), mayRepeat: true }
}

/** A refusal: the system's explanation decides, then the HTTP status. */
export function refusal(
  call: CallFacts,
  response: ApiResponse,
  explanation: Explanation,
  page: string | null,
): ApiFailure {
  const { status } = response
  const systemMessage =
    explanation.systemMessage === undefined ? undefined : safeText(explanation.systemMessage, call.redactor)
  const systemCode =
    explanation.systemCode === undefined ? undefined : safeText(explanation.systemCode, call.redactor, 60)
  const facts: ErrorFacts = {
    ...factsOf(call, status),
    ...(systemCode === undefined ? {} : { systemCode }),
    ...(systemMessage === undefined ? {} : { systemMessage }),
  }
  const said = systemMessage ?? inPlaceOfWords(page)
  const message = `${call.system} answered ${status} to ${call.method} ${call.endpoint}: ${said}`
  const final = (error: MuftaError): ApiFailure => ({ error, mayRepeat: false })

  switch (explanation.kind ?? kindOf(status, explanation.retryAfterMs !== undefined)) {
    case 'auth': {
      const [code, advice] = AUTH[status] ?? AUTH_DEFAULT
      return final(new AuthError(code, `${message.replace(/\.$/, '')}. ${advice}`, { facts }))
    }
    case 'rate-limited': {
      const { retryAfterMs } = explanation
      const options = retryAfterMs === undefined ? { facts } : { facts, retryAfterMs }
      return { error: new RateLimitedError('CLIENT_RATE_LIMITED', message, options), mayRepeat: true }
    }
    case 'retryable':
      return { error: new RetryableError('CLIENT_NOT_DONE', message, { facts }), mayRepeat: true }
    case 'permanent':
      // What the system said did not come whole; a read may simply be asked again.
      if (call.isRead && page === BROKEN_OFF)
        return { error: new RetryableError('CLIENT_ANSWER_INVALID', message, { facts }), mayRepeat: true }
      return final(
        new PermanentError(
          status === 404 || status === 410 ? 'CLIENT_NOT_FOUND' : 'CLIENT_REFUSED',
          message,
          { facts },
        ),
      )
    case 'redirect':
      return final(redirected(call, response, facts))
    case 'unclear':
      if (!call.isRead)
        return {
          error: unknownOutcome(call, `it answered ${status}: ${said}`, { facts }),
          mayRepeat: call.isRepeatable,
        }
      return { error: new RetryableError('CLIENT_SERVER_ERROR', message, { facts }), mayRepeat: true }
  }
}

function inPlaceOfWords(page: string | null): string {
  if (page === null) return 'no explanation'
  return page === BROKEN_OFF ? page : `${page} instead of JSON`
}

export function factsOf(call: CallFacts, httpStatus?: number): ErrorFacts {
  const { system, method, endpoint } = call
  return httpStatus === undefined ? { system, method, endpoint } : { system, method, endpoint, httpStatus }
}

const REASONS: Readonly<Record<TransportError['reason'], string>> = {
  aborted: 'the caller stopped it while the answer was under way',
  timeout: 'no answer came within the total time limit',
  silent: 'the server fell silent',
  connect: 'the server could not be reached',
  dns: 'the name of the server could not be resolved',
  tls: 'no secure connection could be made',
  blocked: 'the address is not allowed',
  'bad-request': 'the request could not be written',
  closed: 'the client was closed while the answer was under way',
  broken: 'the connection broke before the answer was whole',
  'too-large': 'the answer is larger than the limit',
}

const AUTH_DEFAULT = ['CLIENT_UNAUTHORIZED', 'Enter a valid key in Settings'] as const
const AUTH: Readonly<Record<number, readonly [string, string]>> = {
  402: ['CLIENT_PAYMENT_REQUIRED', 'Pay the account of this system'],
  403: ['CLIENT_FORBIDDEN', 'Give the key the missing right, or enter another key in Settings'],
}

function kindOf(
  status: number,
  namesWait: boolean,
): NonNullable<Explanation['kind']> | 'redirect' | 'unclear' {
  if (status >= 300 && status < 400) return 'redirect'
  if (status === 401 || status === 402 || status === 403) return 'auth'
  // A 503 that says when to come back was refused at the door; without it, work may have begun.
  if (status === 429 || (status === 503 && namesWait)) return 'rate-limited'
  if (status === 425) return 'retryable'
  if (status === 501 || status === 505) return 'permanent'
  return status === 408 || status >= 500 || status < 200 ? 'unclear' : 'permanent'
}

function redirected(call: CallFacts, response: ApiResponse, facts: ErrorFacts): ConfigError {
  const target = URL.parse(response.headers['location'] ?? '')
  const where = target === null ? 'another address' : call.redactor(safeUrl(target.origin))
  return new ConfigError(
    'CLIENT_REDIRECTED',
    `${call.system} redirects ${call.method} ${call.endpoint} to ${where}; enter the final address in Settings`,
    { facts },
  )
}

function unknownOutcome(
  call: CallFacts,
  why: string,
  options: { readonly facts: ErrorFacts; readonly cause?: Error },
): UnknownOutcomeError {
  const message = `${call.system}, ${call.method} ${call.endpoint}: it may have been done, ${why}; look it up before a repeat`
  return new UnknownOutcomeError('CLIENT_OUTCOME_UNKNOWN', message, options)
}
