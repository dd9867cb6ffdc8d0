import {
  AuthError,
  ParkError,
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
 * What a refusal of the module means. `server`: it failed or ran out of time inside, so a read may be repeated while
 * the outcome of a write is unknown (its key makes a repeat safe).
 */
type FailureKind = 'permanent' | 'retry' | 'rate' | 'server' | 'auth' | 'park'

interface Meaning {
  readonly kind: FailureKind
  readonly code: string
  /** What failed and what to do next. */
  readonly text: string
}

/** Codes of the protocol. One that is not here is judged by its HTTP status. */
const MEANINGS: ReadonlyMap<string, Meaning> = new Map([
  ['BAD_REQUEST', m('permanent', 'BRIDGE_REFUSED', 'the module does not understand the request; update it')],
  ['BAD_SIGNATURE', m('auth', 'BRIDGE_KEY_REFUSED', 'the key is not the one of the site; pair them again')],
  ['STALE', m('auth', 'BRIDGE_CLOCK', 'the clocks differ by more than 5 minutes; switch on NTP on both')],
  ['REPLAYED', m('server', 'BRIDGE_REPLAYED', 'something between us and the site sent the request twice')],
  [
    'NOT_CONFIGURED',
    m(
      'auth',
      'BRIDGE_NOT_PAIRED',
      'the module is not paired; run "mufta bridge pair" and type its code there',
    ),
  ],
  ['UNKNOWN_COMMAND', m('permanent', 'BRIDGE_NO_COMMAND', 'the module is too old for this; update it')],
  ['TOO_LARGE', m('permanent', 'BRIDGE_TOO_LARGE', 'the request is larger than the module takes')],
  ['UNSUPPORTED_TYPE', m('permanent', 'BRIDGE_REFUSED', 'the content type was changed on the way')],
  ['KEY_REUSED', m('permanent', 'BRIDGE_KEY_REUSED', 'the idempotency key was used for another write')],
  [
    'VERSION_CONFLICT',
    m('retry', 'BRIDGE_VERSION_CONFLICT', 'the order changed meanwhile; it is read again'),
  ],
  ['NOT_FOUND', m('permanent', 'BRIDGE_NOT_FOUND', 'the shop has no such record')],
  [
    'UNKNOWN_STATUS',
    m('park', 'BRIDGE_UNKNOWN_STATUS', 'the shop has no such status; add it there or correct the mapping'),
  ],
  ['REFUSED', m('permanent', 'BRIDGE_REFUSED', 'the shop refused it')],
  ['BUSY', m('rate', 'BRIDGE_BUSY', 'the site is busy')],
  ['TIME_OVER', m('server', 'BRIDGE_TIME_OVER', 'the site ran out of time')],
  ['INTERNAL', m('server', 'BRIDGE_SERVER', 'the module failed inside; see its log')],
])

export interface BridgeFailure {
  readonly httpStatus: number
  /** The protocol's code; "" when the answer was not the module's. */
  readonly systemCode: string
  readonly systemMessage: string
  /** The shop's own words (REFUSED). */
  readonly reasons: readonly string[]
  readonly retryAfterMs?: number
}

export interface CallPlace {
  /** Host of the site. */
  readonly host: string
  readonly command: string
  readonly isWrite: boolean
  readonly redactor: Redactor
}

/** The typed error of a refusal. */
export function refusalError(failure: BridgeFailure, place: CallPlace): MuftaError {
  const meaning = MEANINGS.get(failure.systemCode) ?? meaningOfStatus(failure.httpStatus)
  const said = [failure.systemMessage, ...failure.reasons].filter((text) => text !== '').join('; ')
  const systemMessage = safeText(said, place.redactor)
  const facts: ErrorFacts = {
    ...factsOf(place),
    httpStatus: failure.httpStatus,
    systemCode: safeText(shopCode(failure) ?? failure.systemCode, place.redactor, 80),
    systemMessage,
  }
  const tail = systemMessage === '' ? '' : `. It said: ${systemMessage}`
  const message = `Site ${place.host} refused ${place.command}: ${meaning.text}${tail}`
  return build(meaning, message, facts, place, failure.retryAfterMs)
}

/** Something answered that is not the module. */
export function strangeAnswer(
  place: CallPlace,
  what: {
    readonly kind: 'auth' | 'server'
    readonly code: string
    readonly text: string
    readonly status: number
  },
): MuftaError {
  const facts = { ...factsOf(place), httpStatus: what.status }
  return build(what, `Site ${place.host}, ${place.command}: ${what.text}`, facts, place)
}

/** No whole answer came. */
export function noAnswerError(place: CallPlace, isSent: boolean, reason: string, cause: unknown): MuftaError {
  const options = { facts: factsOf(place), cause }
  const message = `Site ${place.host}, ${place.command}: no answer (${reason})`
  if (!isSent) return new RetryableError('BRIDGE_UNREACHABLE', `${message}; nothing was sent`, options)
  if (!place.isWrite) return new RetryableError('BRIDGE_NO_ANSWER', message, options)
  return new UnknownOutcomeError('BRIDGE_UNKNOWN_OUTCOME', `${message}; it may have been done`, options)
}

/** The answer has the right head but not the documented body: an old module, or a defect of it. */
export function badShape(place: CallPlace, fields: string): PermanentError {
  return new PermanentError(
    'BRIDGE_ANSWER_SHAPE',
    `Site ${place.host}: the answer to ${place.command} is not as agreed in: ${fields}. Update the module, or report it with its version`,
    { facts: { ...factsOf(place), field: fields } },
  )
}

/** The kernel's own code of a refusal, where the shop named one: "SALE_ORDER_CANCEL_PAYMENT_EXIST_ACTIVE". */
function shopCode({ systemCode, reasons }: BridgeFailure): string | undefined {
  if (systemCode !== 'REFUSED') return undefined
  return reasons.find((reason) => /^[A-Z][A-Z0-9_]{5,}$/.test(reason))
}

function build(
  meaning: Meaning,
  message: string,
  facts: ErrorFacts,
  place: CallPlace,
  retryAfterMs?: number,
): MuftaError {
  const { code } = meaning
  switch (meaning.kind) {
    case 'auth':
      return new AuthError(code, message, { facts })
    case 'park':
      return new ParkError(code, message, { facts })
    case 'rate':
      return new RateLimitedError(code, message, {
        facts,
        ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      })
    case 'retry':
      return new RetryableError(code, message, { facts })
    case 'server':
      return place.isWrite
        ? new UnknownOutcomeError('BRIDGE_UNKNOWN_OUTCOME', `${message}; it may have been done`, { facts })
        : new RetryableError(code, message, { facts })
    case 'permanent':
      return new PermanentError(code, message, { facts })
  }
}

function factsOf({ host, command }: CallPlace): ErrorFacts {
  return { system: 'site', site: host, method: command }
}

function m(kind: FailureKind, code: string, text: string): Meaning {
  return { kind, code, text }
}

function meaningOfStatus(status: number): Meaning {
  if (status === 401 || status === 403) return m('auth', 'BRIDGE_KEY_REFUSED', 'the key was refused')
  if (status === 429) return m('rate', 'BRIDGE_BUSY', 'the site is busy')
  if (status >= 500) return m('server', 'BRIDGE_SERVER', 'the site failed inside')
  return m('permanent', 'BRIDGE_REFUSED', 'the request was refused')
}
