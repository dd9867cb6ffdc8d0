import { ApiError, offlineCode, strangeAnswerCode } from './api/errors.ts'
import type { Reason } from './api/types/basics.ts'
import { t, wordsOf, type MessageKey } from './i18n/index.ts'
import { language } from './i18n/language.ts'
import { codeTable } from './codes.ts'

export interface Explained {
  readonly title: string
  /** What the server said. */
  readonly reason: Reason | null
  readonly todo: string
  readonly code: string
  /** What is wrong where, when the form that shows it may be out of sight. */
  readonly fields: readonly string[]
}

/** An error as the administrator reads it: what failed and what to do next. */
export function explain(error: unknown): Explained {
  if (!(error instanceof ApiError)) {
    return { title: t('error.title'), todo: t('error.strangeDo'), code: '', fields: [], reason: null }
  }
  if (error.code === offlineCode) return own('error.offline', 'error.offlineDo', error)
  if (error.code === strangeAnswerCode) return own('error.strange', 'error.strangeDo', error)
  const known = codeTable.value?.[error.code]?.[language.value]
  const [title, todo] = byStatus(error)
  return {
    title: t(title),
    reason: error,
    todo: known === undefined ? t(todo) : known.todo.charAt(0).toUpperCase() + known.todo.slice(1),
    code: error.code,
    fields: Object.entries(error.fields).map(([path, words]) => `${path}: ${wordsOf(words)}`),
  }
}

function own(title: MessageKey, todo: MessageKey, { code }: ApiError): Explained {
  return { title: t(title), reason: null, todo: t(todo), code, fields: [] }
}

function byStatus({ status, code }: ApiError): readonly [MessageKey, MessageKey] {
  switch (status) {
    case 401:
      return ['error.401', 'error.401Do']
    case 403:
      return ['error.403', 'error.403Do']
    case 404:
      return ['error.404', 'error.404Do']
    case 409:
      return code === 'CONNECTION_CHANGED'
        ? ['error.409', 'error.409Do']
        : ['error.409Other', 'error.409OtherDo']
    case 400:
    case 422:
      return ['error.422', 'error.422Do']
    case 429:
      return ['error.429', 'error.429Do']
    default:
      return ['error.500', 'error.500Do']
  }
}
