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
 * The page: scripts and everything else from here alone, no inline script. Styles may be inline: the UI kit writes its
 * colours into a style element. Only installed portals (their origins) may frame it.
 */
export function pageHeaders(portals: readonly string[]): Readonly<Record<string, string>> {
  const ancestors = portals.length === 0 ? "'none'" : portals.join(' ')
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
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
