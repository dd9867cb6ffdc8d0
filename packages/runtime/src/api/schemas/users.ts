import { z } from 'zod'
import { role, time } from './common.ts'

export const users = z.object({
  users: z.array(z.object({ login: z.string(), role, createdAt: time, lastSeenAt: time.nullable() })),
})
export const userParam = z.object({ login: z.string().min(1).max(200) })
export const newUser = z.strictObject({
  login: z.string().min(1).max(200),
  role,
  password: z.string().min(1).max(1000),
})
export const userChange = z.strictObject({
  role: role.optional(),
  password: z.string().min(1).max(1000).optional(),
})
export const invite = z.strictObject({ login: z.string().min(1).max(200), role: role.default('viewer') })
/** The token is shown this once and stored nowhere; the page makes the link "#/first?token=…" of it. */
export const invited = z.object({ token: z.string(), endsAt: time })

export const auditQuery = z.object({
  before: z.coerce.number().int().positive().optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
})
export const auditPage = z.object({
  entries: z.array(
    z.object({
      id: z.number(),
      at: time,
      who: z.string(),
      action: z.string(),
      target: z.string(),
      before: z.unknown(),
      after: z.unknown(),
    }),
  ),
})
