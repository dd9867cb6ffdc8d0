import { errorWords, MuftaError, type ErrorFacts, type Words } from '@mufta/kit'
import type { AccessErrorCode } from '../access/errors.ts'
import type { SettingsErrorCode } from '../settings-store/errors.ts'
import type { VaultErrorCode } from '../vault/errors.ts'

export type ErrorStatus = 400 | 401 | 403 | 404 | 409 | 413 | 415 | 422 | 429 | 500 | 502 | 503

/** A refusal of the API: `{error, message, fields?}` with its HTTP status. */
export class ApiError extends Error {
  readonly status: ErrorStatus
  readonly code: string
  readonly more: ErrorMore

  constructor(status: ErrorStatus, code: string, message: string, more: ErrorMore = {}) {
    super(message)
    this.name = 'ApiError'
    this.status = status
    this.code = code
    this.more = more
  }
}

/** What may be told beside a code and its English words. */
export interface ErrorMore {
  /** The words in Russian, where they say more than the documented meaning of the code. */
  readonly ru?: string
  readonly facts?: ErrorFacts
  /** What is wrong, by the path of the field; a string = as it came from elsewhere. */
  readonly fields?: Readonly<Record<string, Words>>
}

export interface ErrorBody extends ErrorMore {
  readonly error: string
  readonly message: string
}

export interface ErrorAnswer {
  readonly status: ErrorStatus
  readonly body: ErrorBody
  readonly retryAfterMs: number | undefined
}

type PairingErrorCode = 'CONNECTION_NOT_A_BRIDGE' | 'CONNECTION_KEY_CONFIGURED'

const STATUSES: Readonly<
  Record<AccessErrorCode | SettingsErrorCode | VaultErrorCode | PairingErrorCode, ErrorStatus>
> = {
  ACCESS_WRONG: 401,
  ACCESS_TOO_MANY: 429,
  ACCESS_LINK_GONE: 403,
  ACCESS_LOGIN_BAD: 422,
  ACCESS_LOGIN_TAKEN: 409,
  ACCESS_LOGIN_UNKNOWN: 404,
  ACCESS_PASSWORD_BAD: 422,
  ACCESS_LAST_ADMIN: 409,
  ACCESS_PORTAL_REFUSED: 403,
  CONNECTION_UNKNOWN: 404,
  CONNECTION_READ_ONLY: 409,
  CONNECTION_EXISTS: 409,
  CONNECTION_CHANGED: 409,
  CONNECTION_INVALID: 422,
  CONNECTION_INCOMPLETE: 422,
  CONNECTION_NOT_OPEN: 409,
  CONNECTION_NOT_A_BRIDGE: 409,
  CONNECTION_KEY_CONFIGURED: 409,
  VERSION_UNKNOWN: 404,
  SECRET_UNKNOWN: 404,
  VAULT_BAD_KEYS: 409,
  VAULT_NO_KEY: 409,
  VAULT_KEY_MISSING: 409,
  VAULT_KEY_NOT_LOADED: 409,
  VAULT_NOT_OPENED: 409,
}

/** Which field of a form an error is about, when the error does not say. */
const FIELDS: Readonly<Record<string, string>> = {
  ACCESS_LOGIN_BAD: 'login',
  ACCESS_LOGIN_TAKEN: 'login',
  ACCESS_PASSWORD_BAD: 'password',
}

/** What is answered about an error. null = it is none of ours: nothing of it may be told. */
export function errorAnswer(error: unknown): ErrorAnswer | null {
  if (error instanceof ApiError) return answer(error.status, error.code, error.message, error.more)
  if (!(error instanceof MuftaError)) return null
  const status = (STATUSES as Readonly<Record<string, ErrorStatus>>)[error.code] ?? statusOf(error)
  const field = FIELDS[error.code]
  const { code, message, ru, facts } = error
  const fields = fieldsOf(error) ?? (field === undefined ? undefined : { [field]: errorWords(error) })
  const wait = 'retryAfterMs' in error ? error.retryAfterMs : undefined
  return {
    ...answer(status, code, message, {
      ...(ru === undefined ? {} : { ru }),
      ...(Object.keys(facts).length === 0 ? {} : { facts }),
      ...(fields === undefined ? {} : { fields }),
    }),
    retryAfterMs: typeof wait === 'number' ? wait : undefined,
  }
}

function answer(status: ErrorStatus, error: string, message: string, more: ErrorMore): ErrorAnswer {
  return { status, body: { error, message, ...more }, retryAfterMs: undefined }
}

/** By the class of the error: configuration is the caller's to mend, an outside system's trouble is a bad gateway. */
function statusOf({ code, disposition }: MuftaError): ErrorStatus {
  if (/^(STORE_BUSY|STORE_CLOSED|STORE_FULL|STORE_IO|RUNTIME_STOPPING)$/.test(code)) return 503
  if (code.startsWith('STORE_')) return 500
  if (code === 'RUNTIME_UNKNOWN_CONNECTION') return 404
  if (/^(CONFIG|SETTINGS|CONNECTOR|URL|PORTAL_(OPTIONS|WEBHOOK)|STATUS_AMBIGUOUS|MAPPER)/.test(code))
    return 422
  return disposition === 'park' ? 409 : 502
}

function fieldsOf(error: MuftaError): ErrorMore['fields'] {
  if (!('fields' in error) || typeof error.fields !== 'object' || error.fields === null) return undefined
  const fields = error.fields as Readonly<Record<string, Words>>
  return Object.keys(fields).length === 0 ? undefined : fields
}
