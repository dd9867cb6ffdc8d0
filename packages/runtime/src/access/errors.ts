import { MuftaError, type Disposition, type ErrorOptions, type Words } from '@mufta/kit'

/** Why somebody is not let in or a change of users is refused. */
export const accessErrorCodes = [
  'ACCESS_WRONG',
  'ACCESS_TOO_MANY',
  'ACCESS_LINK_GONE',
  'ACCESS_LOGIN_BAD',
  'ACCESS_LOGIN_TAKEN',
  'ACCESS_LOGIN_UNKNOWN',
  'ACCESS_PASSWORD_BAD',
  'ACCESS_LAST_ADMIN',
  'ACCESS_PORTAL_REFUSED',
] as const
export type AccessErrorCode = (typeof accessErrorCodes)[number]

export class AccessError extends MuftaError {
  declare readonly code: AccessErrorCode
  readonly disposition: Disposition = 'give-up'
  /** Of `ACCESS_TOO_MANY`: when to try again. */
  readonly retryAfterMs: number | undefined

  constructor(
    code: AccessErrorCode,
    message: Words,
    options: ErrorOptions & { readonly retryAfterMs?: number } = {},
  ) {
    super(code, message, options)
    this.retryAfterMs = options.retryAfterMs
  }
}
