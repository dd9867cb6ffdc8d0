import { wordsIn, type Words } from './words.ts'

/**
 * What the runtime does with an error, decided by the class that was thrown, never by its text.
 * `retry`: try the same job again later. `give-up`: a repeat cannot help, dead letter.
 * `park`: hold this one lane until the reason is cleared. `pause`: the whole connection cannot work until someone acts.
 */
export type Disposition = 'retry' | 'give-up' | 'park' | 'pause'

/** Facts that are safe to print and store: never a secret, never personal data. */
export interface ErrorFacts {
  readonly system?: string
  readonly method?: string
  /** Path or method name without host secrets and without a query. */
  readonly endpoint?: string
  readonly httpStatus?: number
  /** The outside system's own error code. */
  readonly systemCode?: string
  /** The outside system's own message, shortened and redacted. */
  readonly systemMessage?: string
  readonly entity?: string
  readonly id?: string
  readonly field?: string
  readonly [name: string]: string | number | boolean | undefined
}

export interface ErrorOptions {
  readonly facts?: ErrorFacts
  readonly cause?: unknown
}

/** Base of every error thrown by Mufta. Branch on `code` and `disposition`, never on `message`. */
export abstract class MuftaError extends Error {
  /** Stable and documented in docs/en/errors.md. */
  readonly code: string
  abstract readonly disposition: Disposition
  readonly facts: ErrorFacts
  /** The message in Russian, where whoever threw gave it; else the screens tell the documented meaning of the code. */
  readonly ru?: string

  constructor(code: string, message: Words, options: ErrorOptions = {}) {
    super(wordsIn(message, 'en'))
    this.name = new.target.name
    this.code = code
    this.facts = options.facts ?? {}
    if (typeof message !== 'string') this.ru = message.ru
    if (options.cause !== undefined) {
      // Not enumerable: a raw cause may carry a URL with a secret, and loggers walk enumerable fields.
      Object.defineProperty(this, 'cause', { value: options.cause, enumerable: false, configurable: true })
    }
  }

  toJSON(): Record<string, unknown> {
    return {
      name: this.name,
      code: this.code,
      message: this.message,
      ...(this.ru === undefined ? {} : { ru: this.ru }),
      disposition: this.disposition,
      facts: this.facts,
    }
  }
}

/** The error's own words, in both languages where it has them. */
export function errorWords({ message, ru }: Pick<MuftaError, 'message' | 'ru'>): Words {
  return ru === undefined ? message : { en: message, ru }
}

/** The outside system refused the request for good (bad data, no such record): a repeat gives the same answer. */
export class PermanentError extends MuftaError {
  readonly disposition: Disposition = 'give-up'
}

/** Certainly not done (or a read), and likely to work later: network before sending, 5xx on a read, overload. */
export class RetryableError extends MuftaError {
  readonly disposition: Disposition = 'retry'
}

/** The system asked us to slow down. */
export class RateLimitedError extends MuftaError {
  readonly disposition: Disposition = 'retry'
  /** Milliseconds to wait at least, when the system named them. */
  readonly retryAfterMs: number | undefined

  constructor(code: string, message: Words, options: ErrorOptions & { readonly retryAfterMs?: number } = {}) {
    super(code, message, options)
    this.retryAfterMs = options.retryAfterMs
  }
}

/** A write was sent and its answer was lost: it may have happened. Look it up before any repeat. */
export class UnknownOutcomeError extends MuftaError {
  readonly disposition: Disposition = 'retry'
}

/** The connection itself is dead (key revoked, webhook deleted, licence block): pause it, do not hammer. */
export class AuthError extends MuftaError {
  readonly disposition: Disposition = 'pause'
}

/** This record cannot go on until a person adds something (an unmapped status, a missing product). */
export class ParkError extends MuftaError {
  readonly disposition: Disposition = 'park'
}

/** Configuration or use is wrong. Thrown at construction, never at the third job. */
export class ConfigError extends MuftaError {
  readonly disposition: Disposition = 'give-up'
}

/** The caller's signal was aborted (shutdown, cancel). */
export class AbortedError extends MuftaError {
  readonly disposition: Disposition = 'retry'
}
