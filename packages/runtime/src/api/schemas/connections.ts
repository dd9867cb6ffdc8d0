import { directions, settingKinds } from '@mufta/kit'
import { z } from 'zod'
import { runStates } from '../../settings-store/views.ts'
import { reason, time, title, words } from './common.ts'

const mode = z.enum(['production', 'test'])
/** Secrets inside are shown as {set: true, at, by}. */
const tree = z.record(z.string(), z.unknown())

export const settingField = z.object({
  path: z.string(),
  kind: z.enum(settingKinds),
  title,
  hint: title.optional(),
  required: z.boolean(),
  default: z.unknown().optional(),
  choices: z.array(z.string()).optional(),
  dictionary: z.object({ shop: z.string().optional(), external: z.string().optional() }).optional(),
})

export const connectors = z.object({
  connectors: z.array(
    z.object({
      /** What a connection calls it. */
      name: z.string(),
      id: z.string(),
      title,
      version: z.string(),
      fields: z.array(settingField),
    }),
  ),
})

const summary = z.object({
  name: z.string(),
  source: z.enum(['file', 'store']),
  connector: z.string(),
  mode,
  state: z.enum(runStates),
  reason: reason.nullable(),
})
export const connectionList = z.object({ connections: z.array(summary) })

export const connectionView = summary.extend({
  readOnly: z.boolean(),
  /** To be given back with a change. */
  version: z.number(),
  site: tree,
  settings: tree,
  fields: z.array(settingField),
  schedule: z.object({ pollSeconds: z.number().nullable(), sweepSeconds: z.number().nullable() }),
  security: z.object({ allowHosts: z.array(z.string()) }),
  /** Hosts that the configuration file allows every connection, beside those of `security`. */
  commonHosts: z.array(z.string()).readonly(),
  fieldRules: z.array(
    z.object({
      field: z.string(),
      shop: z.string().nullable().describe('Path of the field in the shop; null = computed'),
      direction: z.enum(directions),
      owner: z.enum(['shop', 'external']),
    }),
  ),
})

const schedule = z.strictObject({
  pollSeconds: z.number().positive().max(86_400).nullish(),
  sweepSeconds: z.number().positive().max(86_400).nullish(),
})
const security = z.strictObject({ allowHosts: z.array(z.string().min(1).max(260)).max(50) })
/** A secret as a text is set, null takes it away, a mark or nothing leaves it. */
const parts = { site: tree, settings: tree, mode, schedule, security }

export const newConnection = z.strictObject({
  name: z.string().min(1).max(200),
  connector: z.string().min(1).max(200),
  mode: mode.default('test'),
  site: tree,
  settings: tree.default({}),
  schedule: schedule.optional(),
  security: security.optional(),
})
export const connectionChange = z.strictObject({
  version: z.number().int().positive(),
  connector: z.string().min(1).max(200).optional(),
  site: parts.site.optional(),
  settings: parts.settings.optional(),
  mode: parts.mode.optional(),
  schedule: parts.schedule.optional(),
  security: parts.security.optional(),
})
export const saved = z.object({ name: z.string(), version: z.number() })

export const secretParam = z.object({ name: z.string().min(1).max(40), path: z.string().min(1).max(200) })
export const secretValue = z.strictObject({ value: z.string().trim().min(1).max(10_000) })
export const secretMark = z.object({ set: z.literal(true), at: time.nullable(), by: z.string().nullable() })

export const versionParam = z.object({
  name: z.string().min(1).max(40),
  version: z.coerce.number().int().positive(),
})
export const versions = z.object({
  versions: z.array(
    z.object({
      version: z.number(),
      at: time,
      who: z.string(),
      changes: z.array(
        z.object({ path: z.string(), before: z.unknown().optional(), after: z.unknown().optional() }),
      ),
    }),
  ),
})

export const trial = z.strictObject({
  name: z.string().min(1).max(40).optional(),
  site: tree.optional(),
  connector: z.string().min(1).max(200).optional(),
  settings: tree.optional(),
  mode: mode.optional(),
  security: security.optional(),
})
export const checkReport = z.object({
  ok: z.boolean(),
  findings: z.array(
    z.object({
      side: z.enum(['site', 'external']),
      level: z.enum(['ok', 'warning', 'error']),
      code: z.string(),
      message: words,
      fix: words.optional(),
      facts: z.record(z.string(), z.unknown()).optional(),
    }),
  ),
})

const entries = z.record(
  z.string(),
  z.array(
    z.object({
      code: z.string(),
      name: z.string(),
      active: z.boolean(),
      /** Known from orders alone: there may be more than the listed. */
      fromOrders: z.literal(true).optional(),
    }),
  ),
)
export const mappings = z.object({
  shop: entries,
  external: entries,
  /** Setting → code → code. */
  mapped: z.record(z.string(), z.record(z.string(), z.string())),
  /** Setting → code → how many orders wait for it. */
  parked: z.record(z.string(), z.record(z.string(), z.number())),
})

export const pause = z.strictObject({ reason: z.string().trim().max(300).optional() })

export const secretList = z.object({
  /** Ids of the keys in MUFTA_KEYS, the one in use first. */
  keys: z.array(z.string()),
  secrets: z.array(
    z.object({
      connection: z.string(),
      path: z.string(),
      /** Id of the key that it is sealed with. */
      key: z.string(),
      at: time,
      by: z.string(),
    }),
  ),
})
export const rotation = z.object({ rotated: z.number(), left: z.number() })
