import type { Failure } from '../store/store.ts'
import type { ProblemCause, ProblemFilter, ProblemGroup } from '../store/reads.ts'

export type ProblemAction =
  | {
      readonly type: 'map'
      readonly field: string
      readonly side: 'shop' | 'external'
      readonly value: string
    }
  | { readonly type: 'retry' }
  | { readonly type: 'settings' }

export type ProblemKey = Required<ProblemFilter>

/** What a group is called from outside: nothing of it is to be read there. */
export function keyOf({ kind, connection, code, field, side, value, systemCode }: ProblemGroup): string {
  return Buffer.from(JSON.stringify([kind, connection, code, field, side, value, systemCode])).toString(
    'base64url',
  )
}

/** null = it is no key of ours. */
export function groupOf(key: string): ProblemKey | null {
  const parts = partsOf(key)
  if (parts === null || parts.length !== 7) return null
  const [kind, connection, code, field, side, value, systemCode] = parts
  if ((kind !== 'parked' && kind !== 'dead') || !isText(connection) || !isText(code)) return null
  const rest = { field, side, value, systemCode }
  if (!Object.values(rest).every((part) => part === null || isText(part))) return null
  return { kind, connection, cause: { code, ...(rest as Omit<ProblemCause, 'code'>) } }
}

/** Keys refused, addresses, licences, settings that contradict each other: no retry helps before they are changed. */
const SETTINGS =
  /^(?:(?:CONFIG|SETTINGS|URL|MAPPER|VAULT|BUDGET)_|CLIENT_(?:AUTH|FORBIDDEN|UNAUTHORIZED|TLS|REDIRECTED|PAYMENT_REQUIRED|BAD_(?:OPTIONS|BASE_URL|ENDPOINT))$|PORTAL_(?:CREDENTIALS|TOKEN_DEAD|SCOPE|DENIED|LICENCE|PAYMENT|HTTPS|WRONG_MEMBER|APPLICATION|OPTIONS|WEBHOOK|AUTH_TYPE|DELETED)$|CURRENCY_MISMATCH$|.*_(?:AMBIGUOUS|KEY_REFUSED|KEY_REVOKED|SITE_DENIED)$)/

/** The one act that cures a group. */
export function actionOf({ code, field, side, value }: ProblemCause): ProblemAction {
  const isSide = side === 'shop' || side === 'external'
  if (code.endsWith('_UNMAPPED') && field !== null && isSide && value !== null)
    return { type: 'map', field, side, value }
  return SETTINGS.test(code) ? { type: 'settings' } : { type: 'retry' }
}

/** What is known of the cause beside its code, without what concerns one member alone. */
export function shared({ facts = {} }: Failure): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(facts).filter(([name]) => !OF_ONE.has(name)))
}

const OF_ONE: ReadonlySet<string> = new Set(['entity', 'id', 'externalId', 'order', 'endpoint'])

function partsOf(key: string): readonly unknown[] | null {
  try {
    const parts: unknown = JSON.parse(Buffer.from(key, 'base64url').toString())
    return Array.isArray(parts) ? parts : null
  } catch {
    return null
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}
