import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

/** 256 bits for a cookie or a one-time link. */
export function newToken(): string {
  return randomBytes(32).toString('base64url')
}

/** What the store keeps of a token: useless to who reads the store. */
export function tokenHash(token: string): string {
  return createHash('sha256').update(`mufta token\0${token}`).digest('base64url')
}

/** The CSRF token of a session: made from its cookie, which another site can neither read nor guess. */
export function csrfOf(cookie: string): string {
  return createHash('sha256').update(`mufta csrf\0${cookie}`).digest('base64url')
}

export function isSameText(a: string, b: string): boolean {
  const hash = (text: string): Buffer => createHash('sha256').update(text).digest()
  return timingSafeEqual(hash(a), hash(b))
}
