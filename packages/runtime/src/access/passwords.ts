import { randomBytes, scrypt, timingSafeEqual, type ScryptOptions } from 'node:crypto'
import { AccessError } from './errors.ts'

/** Work of one password. */
export interface PasswordCost {
  /** log2 of scrypt's N; r is 8. */
  readonly logN: number
  readonly p: number
}

/** 32 MB and some 0.2 s: OWASP's Password Storage Cheat Sheet, scrypt with N = 2^15, r = 8, p = 3. */
export const PASSWORD_COST: PasswordCost = { logN: 15, p: 3 }

export const PASSWORD_LENGTH = { min: 10, max: 256 } as const

const R = 8
const KEY_BYTES = 32
/** Passwords waiting for their turn; more are refused, so that a flood of logins cannot pile up. */
const MAX_WAITING = 16

/**
 * Hashes and verifies passwords one after the other: scrypt fills a thread and much memory, and the store's syncs to
 * the disk run on the same few threads.
 */
export class Passwords {
  readonly #cost: PasswordCost
  #last: Promise<unknown> = Promise.resolve()
  #waiting = 0
  /** What a login that does not exist is compared with. */
  #decoy: Promise<string> | null = null

  constructor(cost: PasswordCost = PASSWORD_COST) {
    this.#cost = cost
  }

  /** "scrypt:15:3:<salt>:<hash>". */
  async hash(password: string): Promise<string> {
    const salt = randomBytes(16)
    const key = await this.#derive(password, salt, this.#cost)
    return [
      'scrypt',
      this.#cost.logN,
      this.#cost.p,
      salt.toString('base64url'),
      key.toString('base64url'),
    ].join(':')
  }

  /** `stored: null` (no such user) takes as long as a wrong password. */
  async verify(password: string, stored: string | null): Promise<boolean> {
    this.#decoy ??= this.hash(randomBytes(16).toString('hex'))
    const decoy = await this.#decoy
    const [, logN = '', p = '', salt = '', hash = ''] = (stored ?? decoy).split(':')
    const cost = { logN: Number(logN), p: Number(p) }
    const key = await this.#derive(password, Buffer.from(salt, 'base64url'), cost)
    return timingSafeEqual(key, Buffer.from(hash, 'base64url')) && stored !== null
  }

  #derive(password: string, salt: Buffer, { logN, p }: PasswordCost): Promise<Buffer> {
    if (this.#waiting >= MAX_WAITING) {
      return Promise.reject(
        new AccessError('ACCESS_TOO_MANY', 'Too many people sign in at this moment: try again shortly', {
          retryAfterMs: 2_000,
        }),
      )
    }
    this.#waiting++
    const options = { N: 2 ** logN, r: R, p, maxmem: 2 ** logN * R * 128 * 2 }
    const turn = this.#last.then(() => derive(password.normalize('NFKC'), salt, options))
    this.#last = turn.catch(() => undefined).finally(() => this.#waiting--)
    return turn
  }
}

/** @throws AccessError `ACCESS_PASSWORD_BAD` */
export function checkPassword(password: string, login: string): void {
  const { min, max } = PASSWORD_LENGTH
  const length = password.length
  if (length < min || length > max)
    throw new AccessError('ACCESS_PASSWORD_BAD', {
      en: `A password has ${min} to ${max} characters`,
      ru: `В пароле от ${min} до ${max} знаков`,
    })
  if (password.toLowerCase().includes(login.toLowerCase()) && login.length > 3)
    throw new AccessError('ACCESS_PASSWORD_BAD', {
      en: 'A password must not contain the login',
      ru: 'В пароле не должно быть логина',
    })
  if (new Set(password).size < 4)
    throw new AccessError('ACCESS_PASSWORD_BAD', {
      en: 'A password must not repeat the same few characters',
      ru: 'В пароле не должны повторяться одни и те же знаки',
    })
}

function derive(password: string, salt: Buffer, options: ScryptOptions): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password, salt, KEY_BYTES, options, (error, key) =>
      error === null ? resolve(key) : reject(error),
    )
  })
}
