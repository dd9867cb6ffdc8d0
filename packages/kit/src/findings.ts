import { errorWords, MuftaError } from './errors.ts'
import type { Finding } from './shop.ts'
import type { Words } from './words.ts'

/** A failed look as a finding of `check`. The error's message is safe already; a foreign error's text is not shown. */
export function failedFinding(error: unknown, fix: Words): Finding {
  if (error instanceof MuftaError) {
    const { code, facts } = error
    return { level: 'error', code, message: errorWords(error), fix, facts }
  }
  const message = { en: 'The check could not be carried out', ru: 'Проверить не удалось' }
  return { level: 'error', code: 'CHECK_FAILED', message, fix }
}
