export type TransportReason =
  | 'aborted'
  | 'timeout'
  | 'silent'
  | 'connect'
  | 'dns'
  | 'tls'
  | 'blocked'
  | 'bad-request'
  | 'closed'
  | 'broken'
  | 'too-large'

/**
 * A request that brought no whole answer. `isSent` false = not one byte left this machine, so the other side
 * certainly did nothing; true = it may have done everything. For the client only: callers see errors.ts.
 */
export class TransportError extends Error {
  readonly isSent: boolean
  readonly reason: TransportReason

  constructor(reason: TransportReason, isSent: boolean, cause?: unknown) {
    super(`Transport failed: ${reason}`, { cause })
    this.name = 'TransportError'
    this.reason = reason
    this.isSent = isSent
  }
}

/** Sorts an error of undici, Node's sockets, DNS or zlib. */
export function toTransportError(error: unknown, isSent: boolean): TransportError {
  if (error instanceof TransportError) return error
  return new TransportError(reasonOf(codeOf(error), isSent), isSent, error)
}

function reasonOf(code: string, isSent: boolean): TransportReason {
  if (code.startsWith('URL_')) return 'blocked'
  if (code === 'UND_ERR_INVALID_ARG' || code === 'UND_ERR_NOT_SUPPORTED') return 'bad-request'
  if (code === 'UND_ERR_DESTROYED' || code === 'UND_ERR_CLOSED') return 'closed'
  if (code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT') return 'silent'
  if (code === 'UND_ERR_HEADERS_OVERFLOW') return 'too-large'
  if (isSent) return 'broken'
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN' || code === 'ENODATA') return 'dns'
  return /CERT|TLS|SSL|SIGNATURE|ISSUER|EPROTO/.test(code) ? 'tls' : 'connect'
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return ''
  if ('code' in error && typeof error.code === 'string') return error.code
  // Several addresses tried at once: the first failure speaks for all.
  return error instanceof AggregateError ? codeOf(error.errors[0]) : ''
}
