/** The API refused: `code` is stable, `fields` are problems by the path of the form's field. */
export class ApiError extends Error {
  readonly status: number
  readonly code: string
  readonly fields: Readonly<Record<string, string>>

  constructor(status: number, code: string, message: string, fields: Readonly<Record<string, string>> = {}) {
    super(message)
    this.name = 'ApiError'
    this.status = status
    this.code = code
    this.fields = fields
  }
}

/** The server could not be reached or did not answer like our API. */
export const offlineCode = 'PAGE_OFFLINE'
export const strangeAnswerCode = 'PAGE_STRANGE_ANSWER'

export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError'
}
