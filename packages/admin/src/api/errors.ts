import type { Reason, Tree, Words } from './types/basics.ts'

/** The API refused: `code` is stable, `fields` are problems by the path of the form's field. */
export class ApiError extends Error {
  readonly status: number
  readonly code: string
  readonly fields: Readonly<Record<string, Words>>
  readonly ru: string | undefined
  readonly facts: Tree

  constructor(
    status: number,
    code: string,
    message: string,
    { ru, facts = {}, fields = {} }: Pick<Reason, 'ru' | 'facts'> & { fields?: ApiError['fields'] } = {},
  ) {
    super(message)
    this.name = 'ApiError'
    this.status = status
    this.code = code
    this.fields = fields
    this.ru = ru
    this.facts = facts
  }
}

/** The server could not be reached or did not answer like our API. */
export const offlineCode = 'PAGE_OFFLINE'
export const strangeAnswerCode = 'PAGE_STRANGE_ANSWER'

export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError'
}
