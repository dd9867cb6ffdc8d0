import { createHash, createHmac, timingSafeEqual } from 'node:crypto'

/** What one end proves to the other: this request, whole, now, once. */
export interface SignedParts {
  /** Unix seconds. */
  readonly time: number
  /** 32 lower hex digits, never used twice. */
  readonly nonce: string
  readonly method: string
  /** Path and query exactly as sent: "/bitrix/services/main/ajax.php?action=…". */
  readonly target: string
  readonly body: Uint8Array | string
}

export const bridgeHeaders = {
  key: 'x-bridge-key',
  time: 'x-bridge-time',
  nonce: 'x-bridge-nonce',
  signature: 'x-bridge-signature',
} as const

/** How far the clocks of both ends may differ. */
export const WINDOW_SECONDS = 300
/** A nonce is remembered for the whole window, past and future. */
export const NONCE_SECONDS = 2 * WINDOW_SECONDS

/**
 * Lower hex HMAC-SHA256 over time, nonce, method, target and the body's SHA-256, a line each. The secret is used as
 * the text it is (64 hex digits), not decoded. The file contract/hmac-vectors.json holds examples for both languages.
 */
export function bridgeSignature(secret: string, parts: SignedParts): string {
  return createHmac('sha256', secret).update(textToSign(parts)).digest('hex')
}

/** The lines that are signed; no line feed at the end. */
export function textToSign({ time, nonce, method, target, body }: SignedParts): string {
  return [time, nonce, method, target, createHash('sha256').update(body).digest('hex')].join('\n')
}

/** Compares in a time that tells nothing of the expected value. */
export function isSameDigest(expected: string, given: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(expected), digest(given))
}

export function isNonce(text: string): boolean {
  return /^[0-9a-f]{32}$/.test(text)
}
