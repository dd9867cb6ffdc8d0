import { secretPattern } from './secret-forms.ts'
import { MASK } from './secret.ts'

/** Takes secrets and personal data out of a text. */
export type Redactor = (text: string) => string

/**
 * A redactor for these values in any form: plain, percent-encoded, base64, JSON- or HTML-escaped, in any case.
 * It also takes out what looks like a secret or a person whatever the list: webhook paths, Authorization values,
 * tokens in queries, passwords in URLs, e-mails and phones. Residual risk: a secret that is not in the list and has
 * no tell-tale name beside it stays.
 */
export function createRedactor(secrets: readonly string[] = []): Redactor {
  const known = secretPattern(secrets)
  return (text) => {
    let safe = known === null ? text : text.replace(known, MASK)
    for (const [pattern, replacement] of PATTERNS) safe = safe.replace(pattern, replacement)
    return safe
  }
}

/** One text through `createRedactor(secrets)`; keep the redactor where many texts pass. */
export function redact(text: string, secrets: readonly string[] = []): string {
  return createRedactor(secrets)(text)
}

/**
 * An outside system's message made fit for an error: one line without tags, redacted, cut.
 * @default limit 300
 */
export function safeText(text: string, redactor: Redactor, limit = 300): string {
  // Redaction comes before the cut: half a secret is still a secret, and no pattern would know it.
  const line = redactor(bounded(text))
    .replace(/<[^<>]*>/g, ' ')
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
  return line.length > limit ? `${line.slice(0, limit - 1)}…` : line
}

/** Scheme, host and path of a URL for a message: no user, no query, no webhook secret. */
export function safeUrl(url: string | URL, secrets: readonly string[] = []): string {
  const parsed = URL.parse(String(url))
  if (parsed === null) return '[not a URL]'
  const path = parsed.pathname
    .split('/')
    .map((part) => (isTokenLike(part) ? MASK : part))
    .join('/')
  return redact(`${parsed.protocol}//${parsed.host}${path}`, secrets)
}

/** The same error for `cause`, with every text redacted and nothing else of it kept but its code. */
export function safeCause(error: unknown, redactor: Redactor, depth = 0): Error | undefined {
  if (!(error instanceof Error)) return undefined
  const safe = new Error(safeText(error.message, redactor))
  safe.name = error.name
  if (error.stack !== undefined) safe.stack = redactor(bounded(error.stack))
  if ('code' in error && typeof error.code === 'string')
    Object.defineProperty(safe, 'code', { value: error.code })
  const cause = depth < 3 ? safeCause(error.cause, redactor, depth + 1) : undefined
  if (cause !== undefined) Object.defineProperty(safe, 'cause', { value: cause, configurable: true })
  return safe
}

const MAX_READ = 16_384

const SLASH = String.raw`(?:\/|\\\/|%2F)`
/** What people put between the digits of a phone, also percent-encoded. */
const GAP = String.raw`(?:[\s().+-]|%2[089B])`
const SECRET_NAME = String.raw`(?:[\w-]{0,40}(?:token|secret|passw(?:or)?d|api[-_]?key|apikey|signature|sessid|session[-_]?id)|authorization|auth|dolapikey)`

const PATTERNS: readonly (readonly [RegExp, string])[] = [
  // Bitrix24 inbound webhook: /rest/{user}/{secret}/method, also /rest/api/{user}/{secret}/.
  [
    new RegExp(`((?:(?<=%2F)|(?<![a-z\\d]))rest${SLASH}(?:api${SLASH})?\\d+${SLASH})[\\w-]+`, 'gi'),
    `$1${MASK}`,
  ],
  [/(:\/\/)[^\s/?#@]+@/g, `$1${MASK}@`],
  [/\b(authorization["']?\s*[:=]\s*["']?)[^\s"',;]+(?:\s+[\w+/=.~:-]+)?/gi, `$1${MASK}`],
  [/\b(Bearer|Basic|Session|Digest|Token)\s+(?=[\w+/=.~:-]*[\d=._])[\w+/=.~:-]{6,}/gi, `$1 ${MASK}`],
  [new RegExp(`\\b(${SECRET_NAME}(?:%5D|\\])?=)[^\\s&"'<>;,]+`, 'gi'), `$1${MASK}`],
  [new RegExp(`(["']${SECRET_NAME}\\\\?["']\\s*:\\s*\\\\?["'])(?:[^"'\\\\]|\\\\.)+`, 'gi'), `$1${MASK}`],
  [/[\p{L}\d._%+-]{1,64}(?:@|%40)[\p{L}\d-]+(?:\.[\p{L}\d-]+)+/gu, '[e-mail]'],
  [new RegExp(`(?<![\\w.])(?:\\+|%2B)\\d(?:${GAP}{0,3}\\d){8,14}(?!\\w)`, 'gi'), '[phone]'],
  [
    new RegExp(`(?<![\\w.])[78]${GAP}{0,3}\\d{3}${GAP}{0,3}\\d{3}(?:${GAP}{0,2}\\d{2}){2}(?!\\w)`, 'g'),
    '[phone]',
  ],
]

/** At most MAX_READ characters, ending between words: the last word may be the first half of a secret. */
function bounded(text: string): string {
  if (text.length <= MAX_READ) return text
  const end = Math.max(text.lastIndexOf(' ', MAX_READ), text.lastIndexOf('\n', MAX_READ), 0)
  return text.slice(0, end)
}

const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i

function isTokenLike(part: string): boolean {
  return /^(?=.*\d)[\w-]{20,}$/.test(part) && !UUID.test(part)
}
