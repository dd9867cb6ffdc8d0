import { ConfigError } from './errors.ts'
import { encodeQuery } from './query.ts'
import { safeText, type Redactor } from './redact.ts'
import { checkUrl } from './url-policy.ts'

/**
 * The base of a client, checked: https (or allowed), no query, no user.
 * @throws ConfigError the codes of `checkUrl`, `CLIENT_BAD_BASE_URL`
 */
export function parseBaseUrl(baseUrl: string, allowHosts: readonly string[] = []): URL {
  const base = checkUrl(baseUrl, allowHosts)
  if (base.search === '' && base.hash === '') return base
  throw new ConfigError(
    'CLIENT_BAD_BASE_URL',
    `The address of ${base.host} must end with its path, without ? or #`,
  )
}

/**
 * Path and query of one request. The endpoint is appended to the base's path and may have a query of its own; a full
 * URL of the same origin ("next page" links) is taken as it is.
 * @throws ConfigError `CLIENT_BAD_ENDPOINT`
 */
export function requestPath(base: URL, endpoint: string, query: Readonly<Record<string, unknown>>): string {
  const { path, search } = split(base, endpoint)
  const added = encodeQuery(query)
  const whole = [search, added].filter((part) => part !== '').join('&')
  return whole === '' ? path : `${path}?${whole}`
}

/** The endpoint for messages and logs: no query, no origin, no personal data. */
export function endpointLabel(base: URL, endpoint: string, redactor: Redactor): string {
  const local = endpoint.startsWith(base.origin) ? endpoint.slice(base.origin.length) : endpoint
  return safeText(local.split(/[?#]/, 1)[0] ?? '', redactor, 200)
}

function split(base: URL, endpoint: string): { readonly path: string; readonly search: string } {
  if (/^[a-z][a-z+.-]*:\/\//i.test(endpoint)) {
    const url = URL.parse(endpoint)
    if (url === null || url.origin !== base.origin || url.username !== '') {
      throw new ConfigError('CLIENT_BAD_ENDPOINT', `An endpoint names another server than ${base.host}`)
    }
    return { path: url.pathname, search: url.search.slice(1) }
  }
  const at = endpoint.indexOf('?')
  const local = at < 0 ? endpoint : endpoint.slice(0, at)
  if (/(?:^|[\\/])(?:\.|%2e){1,2}(?:[\\/]|$)/i.test(local) || !endpoint.isWellFormed()) {
    throw new ConfigError(
      'CLIENT_BAD_ENDPOINT',
      'An endpoint must not climb out of its base ("..") and must be valid text',
    )
  }
  const joined = `${base.pathname.replace(/\/$/, '')}/${local.replace(/^\//, '')}`
  return { path: encodePath(joined), search: at < 0 ? '' : encodePath(endpoint.slice(at + 1)) }
}

/** Percent-encodes what may not stand in a request line and leaves sequences that are encoded already. */
function encodePath(text: string): string {
  return text.replace(/[^\w\-.~!$&'()*+,;=:@/?%[\]]+/gu, (part) => encodeURIComponent(part))
}
