import { z } from 'zod'
import { role } from './common.ts'

export const session = z.object({
  /** null = nobody is signed in. */
  user: z.object({ login: z.string(), role }).nullable(),
  /** For the header X-CSRF-Token of writes; "" = nobody is signed in. */
  csrf: z.string(),
  needsFirstAdmin: z.boolean(),
  mode: z.enum(['alone', 'portal']),
  /** "no-key" = no secret can be stored before MUFTA_KEYS is set. */
  vault: z.enum(['ready', 'no-key']),
  version: z.string(),
})

const login = z.string().min(1).max(200)
const password = z.string().min(1).max(1000)

export const signIn = z.strictObject({ login, password })
export const signInFirst = z.strictObject({ token: z.string().min(1).max(200), login, password })
export const signInPortal = z.strictObject({
  domain: z.string().min(1).max(260),
  authId: z.string().min(1).max(2000),
  memberId: z.string().max(200).default(''),
})
