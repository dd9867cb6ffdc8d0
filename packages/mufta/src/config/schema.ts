import { rule } from '@mufta/kit'
import { z } from 'zod'

/** Code of a connection: part of hook addresses, so letters, digits, "-" and "_" only. */
export const connectionName = z.string().refine(
  (name) => /^[a-z0-9][a-z0-9_-]{0,39}$/i.test(name),
  rule({
    en: 'use letters, digits, "-" and "_", at most 40',
    ru: 'латинские буквы, цифры, «-» и «_», не больше 40',
  }),
)

const oauth = z.strictObject({
  portal: z.url(),
  clientId: z.string().min(1),
  clientSecret: z.string().min(1),
  refreshToken: z.string().min(1),
  /** Authorisation server when it is not the portal's default one. */
  authServer: z.url().optional(),
})

const restSite = z
  .strictObject({
    kind: z.literal('rest'),
    webhook: z.url().optional(),
    oauth: oauth.optional(),
    /** Token that the portal sends with every event; without it the site is polled. */
    applicationToken: z.string().min(1).optional(),
    /** @default 20 without applicationToken, 60 with it */
    pollSeconds: z.number().positive().optional(),
    /** @default 600 */
    sweepSeconds: z.number().positive().optional(),
    /** @default 2 requests/s, burst 50; Enterprise: 5 and 250 */
    limits: z
      .strictObject({ perSecond: z.number().positive(), burst: z.number().int().positive() })
      .optional(),
  })
  .refine((site) => (site.webhook === undefined) !== (site.oauth === undefined), {
    ...rule({ en: 'give either "webhook" or "oauth"', ru: 'задайте либо «webhook», либо «oauth»' }),
    path: ['webhook'],
  })

/** The PHP module inside the site. Without keyId and secret the key comes by "mufta bridge pair". */
const bridgeSite = z
  .strictObject({
    kind: z.literal('bridge'),
    /** Address of the module's endpoint. @default what the pairing told */
    endpoint: z.url().optional(),
    keyId: z.string().min(1).optional(),
    secret: z.string().min(32).optional(),
    /** Requests at the same time. @default 4 */
    concurrency: z.number().int().min(1).max(64).optional(),
    /** How often the outbox is pulled and changes are looked for. @default 20 */
    pollSeconds: z.number().positive().optional(),
    /** @default 600 */
    sweepSeconds: z.number().positive().optional(),
  })
  .refine(({ keyId, secret }) => (keyId === undefined) === (secret === undefined), {
    ...rule({
      en: 'give both "keyId" and "secret", or neither and pair',
      ru: 'задайте «keyId» и «secret» оба или ни одного',
    }),
    path: ['secret'],
  })
  .refine(({ secret, endpoint }) => secret === undefined || endpoint !== undefined, {
    ...rule({ en: 'give "endpoint" too when the key is configured', ru: 'к ключу нужен и «endpoint»' }),
    path: ['endpoint'],
  })

/** A site as a connection names it; also judges sites that are kept in the store. */
export const siteSchema = z.discriminatedUnion('kind', [restSite, bridgeSite])

export const connectionSchema = z.strictObject({
  site: siteSchema,
  /** A built-in name, a package or a path. */
  connector: z.string().min(1),
  mode: z.enum(['production', 'test']).default('production'),
  settings: z.record(z.string(), z.unknown()).default({}),
  /** Hosts that this connection may reach beside those of the whole configuration. */
  security: z.strictObject({ allowHosts: z.array(z.string()).default([]) }).optional(),
})

/** What it takes to open the site alone, before there is a connector. */
export const siteConfigSchema = connectionSchema.pick({ site: true, security: true })

/** What it takes to open the external system alone, beside the connector's own settings. */
export const externalConfigSchema = connectionSchema.pick({ mode: true, security: true })

export const configSchema = z.strictObject({
  store: z.string().default('sqlite:./data/mufta.db'),
  http: z
    .strictObject({
      host: z.string().default('127.0.0.1'),
      port: z.number().int().min(0).max(65_535).default(8080),
      /** Address under which the outside reaches us: needed to subscribe to events. */
      publicUrl: z.url().optional(),
      /** A proxy of yours sets X-Forwarded-For and X-Forwarded-Proto: they are believed. */
      trustProxy: z.boolean().optional(),
    })
    .default({ host: '127.0.0.1', port: 8080 }),
  security: z.strictObject({ allowHosts: z.array(z.string()).default([]) }).default({ allowHosts: [] }),
  log: z
    .strictObject({ level: z.enum(['trace', 'debug', 'info', 'warn', 'error']).default('info') })
    .default({ level: 'info' }),
  journal: z.strictObject({ keepDays: z.number().int().min(1).default(90) }).default({ keepDays: 90 }),
  concurrency: z.number().int().min(1).max(1000).optional(),
  /** The admin page. */
  admin: z
    .strictObject({
      /** Packages or paths of connectors that the page offers beside the built-in ones and those in use here. */
      connectors: z.array(z.string().min(1)).default([]),
      /**
       * Bitrix24 portals where this Mufta is installed as an application: they may frame the page, and their
       * administrators are administrators here. `clientId` ties it to that one application.
       */
      portals: z.array(z.strictObject({ url: z.url(), clientId: z.string().min(1).optional() })).default([]),
      /** What people of those portals are that are no administrators there. */
      portalUsers: z.enum(['viewer', 'operator', 'nobody']).default('viewer'),
    })
    .default({ connectors: [], portals: [], portalUsers: 'viewer' }),
  /** May be empty: the admin page makes connections too. */
  connections: z.record(connectionName, connectionSchema).default({}),
})

export type Config = z.output<typeof configSchema>

type Input = z.input<typeof configSchema>
/** As it is written by hand. JSON may leave `connections` out; code says that there are none. */
export type ConfigInput = Omit<Input, 'connections'> & {
  readonly connections: NonNullable<Input['connections']>
}
export type ConnectionConfig = Config['connections'][string]
export type SiteConfig = z.output<typeof siteConfigSchema>
export type ExternalConfig = z.output<typeof externalConfigSchema>
