import {
  AuthError,
  PermanentError,
  RateLimitedError,
  RetryableError,
  safeText,
  UnknownOutcomeError,
  type ErrorFacts,
  type MuftaError,
  type Redactor,
} from '@mufta/kit'

/**
 * What a refusal of the portal means for the caller.
 * `server`: a fault on the portal's side, so a read may be repeated while the outcome of a write is unknown.
 * `denied`: no right to one thing, or a block of everything; only a second question tells (see transport.ts).
 */
type FailureKind =
  | 'permanent'
  | 'retry'
  | 'rate'
  | 'operation'
  | 'server'
  | 'auth'
  | 'scope'
  | 'expired'
  | 'denied'

interface Meaning {
  readonly kind: FailureKind
  readonly code: string
  /** What failed and what to do next. */
  readonly text: string
}

/**
 * The portal's own codes (Bitrix24 REST docs: *System errors*, *Limits*, *OAuth error codes*), in lower case because
 * both cases occur. A code that is not here is judged by its HTTP status.
 */
const MEANINGS: ReadonlyMap<string, Meaning> = new Map(
  Object.entries({
    query_limit_exceeded: m('rate', 'PORTAL_RATE_LIMITED', 'too many requests from this address'),
    operation_time_limit: m(
      'operation',
      'PORTAL_METHOD_LIMITED',
      'the time budget of this method is used up',
    ),
    overload_limit: m('auth', 'PORTAL_BLOCKED', 'Bitrix24 blocked it for overload; ask their support'),
    expired_token: m(
      'expired',
      'PORTAL_TOKEN_DEAD',
      'the access token is over; authorise the application again',
    ),
    invalid_token: m(
      'expired',
      'PORTAL_TOKEN_DEAD',
      'the access token is refused; authorise the application again',
    ),
    no_auth_found: m(
      'auth',
      'PORTAL_CREDENTIALS',
      'no authorisation was recognised; check the webhook or the application',
    ),
    invalid_credentials: m(
      'denied',
      'PORTAL_CREDENTIALS',
      'the webhook is deleted, switched off or mistyped; make a new one',
    ),
    insufficient_scope: m(
      'scope',
      'PORTAL_SCOPE',
      'the webhook or application lacks the scope; add it in the portal',
    ),
    access_denied: m(
      'denied',
      'PORTAL_LICENCE',
      'REST is blocked for the whole portal (licence); renew the plan',
    ),
    user_access_error: m(
      'denied',
      'PORTAL_CREDENTIALS',
      'the user has no access to the application; grant it',
    ),
    authorization_error: m('auth', 'PORTAL_CREDENTIALS', 'its user can no longer log in; use another user'),
    application_not_found: m('auth', 'PORTAL_CREDENTIALS', 'the application was removed; install it again'),
    connection_error: m('retry', 'PORTAL_AUTH_UNREACHABLE', 'it could not reach its authorisation server'),
    invalid_request: m('auth', 'PORTAL_HTTPS', 'it accepts https only; change the address'),
    error_method_not_found: m(
      'permanent',
      'PORTAL_NO_METHOD',
      'no such method, or its module is not installed',
    ),
    wrong_auth_type: m(
      'permanent',
      'PORTAL_AUTH_TYPE',
      'this method needs an application instead of a webhook (or a user)',
    ),
    error_argument: m('permanent', 'PORTAL_REFUSED', 'the request was refused'),
    error_batch_length_exceeded: m('permanent', 'PORTAL_BATCH', 'more than 50 commands in one batch'),
    error_batch_method_not_allowed: m(
      'permanent',
      'PORTAL_BATCH',
      'this method is not allowed in a batch; use call',
    ),
    internal_server_error: m('server', 'PORTAL_SERVER', 'the portal failed inside'),
    error_unexpected_answer: m('server', 'PORTAL_SERVER', 'the portal failed inside'),
    portal_deleted: m('auth', 'PORTAL_GONE', 'the portal is closed or deleted'),
    error_manifest_is_not_available: m('permanent', 'PORTAL_REFUSED', 'the request was refused'),
    payment_required: m('auth', 'PORTAL_PAYMENT', 'the paid period is over'),
  }),
)

/** One refusal, before it is known whether it hit a read or a write. */
export interface PortalFailure extends Meaning {
  /** The portal's code as text: "ACCESS_DENIED", "200540400001", or "" (old methods send an empty one). */
  readonly systemCode: string
  readonly systemMessage: string
  /** Absent for a command inside a batch. */
  readonly httpStatus: number | undefined
  /** Inside a batch the outer authorisation is good, so a denial concerns one thing only. */
  readonly isInBatch: boolean
}

/** Reads `{error, error_description}`; the code may be a number or an empty string. */
export function explainFailure(
  body: Readonly<Record<string, unknown>>,
  httpStatus: number | undefined,
): PortalFailure {
  const raw = body['error']
  const systemCode = typeof raw === 'string' || typeof raw === 'number' ? String(raw) : ''
  const description = body['error_description']
  return {
    ...(MEANINGS.get(systemCode.toLowerCase()) ?? meaningOfStatus(httpStatus)),
    systemCode,
    systemMessage: typeof description === 'string' ? description : '',
    httpStatus,
    isInBatch: httpStatus === undefined,
  }
}

export interface FailureContext {
  /** Host of the portal. */
  readonly portal: string
  readonly endpoint: string
  readonly isWrite: boolean
  readonly redactor: Redactor
  readonly retryAfterMs?: number
  readonly cause?: unknown
}

/** The typed error of a refusal. `denied` must be settled by the caller first; here it is one missing right. */
export function failureError(failure: PortalFailure, context: FailureContext): MuftaError {
  const systemMessage = safeText(failure.systemMessage, context.redactor)
  const facts: ErrorFacts = {
    ...baseFacts(context),
    ...(failure.httpStatus === undefined ? {} : { httpStatus: failure.httpStatus }),
    systemCode: safeText(failure.systemCode, context.redactor, 80),
    systemMessage,
  }
  const said = systemMessage === '' ? '' : ` It said: ${systemMessage}`
  const message = (text: string): string =>
    `Portal ${context.portal} refused ${context.endpoint}: ${text}.${said}`
  const retryAfter = context.retryAfterMs === undefined ? {} : { retryAfterMs: context.retryAfterMs }
  switch (failure.kind) {
    case 'auth':
    case 'scope':
    case 'expired':
      return new AuthError(failure.code, message(failure.text), { facts })
    case 'rate':
    case 'operation':
      return new RateLimitedError(failure.code, message(failure.text), { facts, ...retryAfter })
    case 'retry':
      return new RetryableError(failure.code, message(failure.text), { facts })
    case 'server':
      return context.isWrite
        ? new UnknownOutcomeError(
            'PORTAL_UNKNOWN_OUTCOME',
            message(`${failure.text}; it may have been done`),
            { facts },
          )
        : new RetryableError(failure.code, message(failure.text), { facts })
    case 'denied':
      return new PermanentError('PORTAL_DENIED', message('no right to this; check the rights of its user'), {
        facts,
      })
    case 'permanent':
      return new PermanentError(failure.code, message(failure.text), { facts })
  }
}

/** No usable answer came: a read may be repeated, a write that may have been sent has an unknown outcome. */
export function noAnswerError(
  context: FailureContext & { readonly isSent: boolean; readonly what: string; readonly httpStatus?: number },
): MuftaError {
  const facts: ErrorFacts = {
    ...baseFacts(context),
    ...(context.httpStatus === undefined ? {} : { httpStatus: context.httpStatus }),
  }
  const options = { facts, ...(context.cause === undefined ? {} : { cause: context.cause }) }
  const message = `Portal ${context.portal}, ${context.endpoint}: ${context.what}`
  if (!context.isSent)
    return new RetryableError('PORTAL_UNREACHABLE', `${message}; nothing was sent`, options)
  if (!context.isWrite) return new RetryableError('PORTAL_NO_ANSWER', message, options)
  return new UnknownOutcomeError('PORTAL_UNKNOWN_OUTCOME', `${message}; it may have been done`, options)
}

/** The answer came but cannot be what was asked for; a repeat would not change it. */
export function badAnswer(code: string, portal: string, endpoint: string, what: string): PermanentError {
  return new PermanentError(code, `Portal ${portal}, ${endpoint}: ${what}`, {
    facts: { system: 'portal', portal, endpoint },
  })
}

function baseFacts(context: FailureContext): ErrorFacts {
  return { system: 'portal', portal: context.portal, endpoint: context.endpoint }
}

function m(kind: FailureKind, code: string, text: string): Meaning {
  return { kind, code, text }
}

function meaningOfStatus(status: number | undefined): Meaning {
  if (status === 401) return m('auth', 'PORTAL_CREDENTIALS', 'the authorisation was refused')
  if (status === 429) return m('rate', 'PORTAL_RATE_LIMITED', 'too many requests')
  if (status === 408) return m('server', 'PORTAL_SERVER', 'it took too long')
  if (status !== undefined && status >= 500) return m('server', 'PORTAL_SERVER', 'the portal failed inside')
  return m('permanent', 'PORTAL_REFUSED', 'the request was refused')
}
