import { rule } from '@mufta/kit'
import { z } from 'zod'

/** Code of a connection: part of hook addresses. */
export const connectionName = z.string().refine(
  (name) => /^[a-z0-9][a-z0-9_-]{0,39}$/i.test(name),
  rule({
    en: 'use letters, digits, "-" and "_", at most 40',
    ru: 'латинские буквы, цифры, «-» и «_», не больше 40',
  }),
)

const tree = z.record(z.string(), z.unknown())
const seconds = z.number().positive().max(86_400)

/** Everything that makes a connection, as it is kept in the store: without its secrets. */
export const definitionSchema = z.strictObject({
  /** A name that this Mufta offers. */
  connector: z.string().min(1).max(200),
  mode: z.enum(['production', 'test']),
  site: tree.refine((site) => typeof site['kind'] === 'string', {
    ...rule({ en: 'needs a kind', ru: 'нужен вид сайта' }),
    path: ['kind'],
  }),
  settings: tree,
  schedule: z.strictObject({ pollSeconds: seconds.nullish(), sweepSeconds: seconds.nullish() }).default({}),
  /** Private or plain http hosts that this connection may reach, beside those of the configuration. */
  security: z
    .strictObject({ allowHosts: z.array(z.string().min(1).max(260)).max(50) })
    .default({ allowHosts: [] }),
})

export type ConnectionDefinition = z.output<typeof definitionSchema>
