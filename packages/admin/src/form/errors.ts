import { ApiError } from '../api/errors.ts'

/** The server's words for one field, whichever of the given paths it used ("settings.url" or "url"). */
export function fieldError(error: unknown, ...paths: readonly string[]): string | null {
  if (!(error instanceof ApiError)) return null
  for (const path of paths) {
    const text = error.fields[path]
    if (text !== undefined) return text
  }
  return null
}
