import { ApiError } from '../api/errors.ts'
import { wordsOf } from '../i18n/index.ts'

/** The server's words for one field, whichever of the given paths it used ("settings.url" or "url"). */
export function fieldError(error: unknown, ...paths: readonly string[]): string | null {
  if (!(error instanceof ApiError)) return null
  for (const path of paths) {
    const words = error.fields[path]
    if (words !== undefined) return wordsOf(words)
  }
  return null
}
