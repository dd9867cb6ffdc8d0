import { MuftaError, type Disposition, type ErrorOptions, type Title, type Words } from '@mufta/kit'

export const settingsErrorCodes = [
  'CONNECTION_UNKNOWN',
  'CONNECTION_READ_ONLY',
  'CONNECTION_EXISTS',
  /** Somebody saved another version meanwhile. */
  'CONNECTION_CHANGED',
  'CONNECTION_INVALID',
  /** A secret is not set yet, so it cannot be opened. */
  'CONNECTION_INCOMPLETE',
  'CONNECTION_NOT_OPEN',
  'VERSION_UNKNOWN',
  'SECRET_UNKNOWN',
] as const
export type SettingsErrorCode = (typeof settingsErrorCodes)[number]

/** A connection of the store cannot be read, opened or changed so. Never holds a value of the settings. */
export class SettingsError extends MuftaError {
  declare readonly code: SettingsErrorCode
  readonly disposition: Disposition = 'give-up'
  /** What is wrong, by the path of the field. */
  readonly fields: Readonly<Record<string, Title>>

  constructor(
    code: SettingsErrorCode,
    message: Words,
    options: ErrorOptions & { readonly fields?: Readonly<Record<string, Title>> } = {},
  ) {
    super(code, message, options)
    this.fields = options.fields ?? {}
  }
}
