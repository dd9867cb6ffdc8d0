/** Of every answer: no guessing of types, no address told to others. */
const COMMON = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
} as const

/** An answer of the API is data: nothing in it may run, be framed or be kept. */
export const API_HEADERS: Readonly<Record<string, string>> = {
  ...COMMON,
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
}

/**
 * The page: scripts, styles and everything else from here alone, nothing inline (styles that the page computes are set
 * by script, which the policy does not count). Only installed portals (their origins) may frame it.
 */
export function pageHeaders(portals: readonly string[]): Readonly<Record<string, string>> {
  const ancestors = portals.length === 0 ? "'none'" : portals.join(' ')
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    `frame-ancestors ${ancestors}`,
  ]
  return {
    ...COMMON,
    'content-security-policy': policy.join('; '),
    'permissions-policy': 'camera=(), microphone=(), geolocation=(), payment=()',
    // Older browsers know no frame-ancestors; the header has no word for "these portals".
    ...(portals.length === 0 ? { 'x-frame-options': 'DENY' } : {}),
  }
}
