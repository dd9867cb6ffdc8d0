import { MuftaError, type Disposition, type ErrorOptions, type Words } from '@mufta/kit'

/** What the vault refuses; each says what to do about the keys in MUFTA_KEYS. */
export const vaultErrorCodes = [
  /** MUFTA_KEYS is not of the form "id:base64,…". */
  'VAULT_BAD_KEYS',
  /** There are secrets (or one is to be stored) and no key at all. */
  'VAULT_NO_KEY',
  /** A secret is sealed with a key that is not in MUFTA_KEYS. */
  'VAULT_KEY_MISSING',
  /** A tool is to seal with a key that the running runtime does not hold. */
  'VAULT_KEY_NOT_LOADED',
  /** The sealed text does not open: another key under the same id, moved to another place, or damaged. */
  'VAULT_NOT_OPENED',
] as const
export type VaultErrorCode = (typeof vaultErrorCodes)[number]

/** Names keys by id only, never by content. */
export class VaultError extends MuftaError {
  declare readonly code: VaultErrorCode
  readonly disposition: Disposition = 'give-up'

  constructor(code: VaultErrorCode, message: Words, options: ErrorOptions = {}) {
    super(code, message, options)
  }
}
