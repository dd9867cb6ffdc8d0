import { checkUrl, ConfigError, type ConnectorLog } from '@mufta/kit'
import type { PortalLimitOptions } from './limit-types.ts'
import type { PortalLimits } from './limits.ts'
import type { TokenStore } from './token-store.ts'

interface PortalTimeouts {
  /** @default 10_000 */
  readonly connectMs?: number
  /** Longest silence; the portal may think for 60 s before it answers. @default 65_000 */
  readonly idleMs?: number
  /** One whole request. @default 75_000 */
  readonly totalMs?: number
  /**
   * Longest wait for a place in the request bucket or for a method's time budget; past it `RateLimitedError` with
   * `retryAfterMs`. @default 660_000 (a method's budget comes back within 10 minutes)
   */
  readonly waitMs?: number
}

export interface OAuthOptions {
  /** Address of the portal: "https://name.bitrix24.ru". Tokens bring the exact endpoint later. */
  readonly portal: string
  readonly clientId: string
  readonly clientSecret: string
  readonly refreshToken: string
  readonly accessToken?: string
  /** Tenant key; when given, tokens of another portal are refused. */
  readonly memberId?: string
  /** Where the pair is kept; share it between processes. @default memory of this client */
  readonly tokenStore?: TokenStore
  /** Used until a token answer names its `server_endpoint`. @default 'https://oauth.bitrix.info' */
  readonly authServer?: string
}

export interface RenameEvent {
  /** Origins, e.g. "https://old.bitrix24.ru"; the path stays as it was. */
  readonly from: string
  readonly to: string
}

/** What an operator may be told when a portal stops or starts working. */
export interface PortalStateEvent {
  readonly state: 'alive' | 'dead'
  readonly reason?: { readonly code: string; readonly message: string }
}

interface CommonOptions {
  /** "host", "host:port" or "host:*" that may be plain http or a private address: "127.0.0.1:*". */
  readonly allowHosts?: readonly string[]
  /**
   * The portal's limits. Clients of one portal in one process share one object whatever is given here, except for a
   * `PortalLimits` of your own. `false` = a self-hosted box without a request limit.
   */
  readonly limits?: PortalLimitOptions | PortalLimits | false
  readonly timeouts?: PortalTimeouts
  /** Repeats of what is safe to repeat. @default 4 */
  readonly retries?: number
  /** Largest answer read. @default 64 MiB */
  readonly maxBodyBytes?: number
  /** Rows that `list` may hold ahead of its reader. @default 50_000 */
  readonly lookAheadRows?: number
  readonly log?: ConnectorLog
  /** Unix milliseconds. @default Date.now */
  readonly clock?: () => number
  /** Random in [0,1) for jitter. @default Math.random */
  readonly random?: () => number
  /** The portal answered 302: keep the new address. */
  readonly onRename?: (event: RenameEvent) => void
  readonly onState?: (event: PortalStateEvent) => void
}

/** Give an inbound webhook ("https://name.bitrix24.ru/rest/1/secret/") or an OAuth application. */
export type PortalClientOptions = CommonOptions &
  (
    | { readonly webhook: string; readonly oauth?: undefined }
    | { readonly oauth: OAuthOptions; readonly webhook?: undefined }
  )

const DEFAULTS = {
  retries: 4,
  maxBodyBytes: 64 * 1024 * 1024,
  lookAheadRows: 50_000,
  connectMs: 10_000,
  idleMs: 65_000,
  totalMs: 75_000,
  waitMs: 660_000,
} as const

const SILENT: ConnectorLog = { debug() {}, info() {}, warn() {}, error() {} }

export interface ResolvedOptions {
  readonly allowHosts: readonly string[]
  readonly limits: PortalLimitOptions | PortalLimits | false | undefined
  readonly timeouts: Required<PortalTimeouts>
  readonly retries: number
  readonly maxBodyBytes: number
  readonly lookAheadRows: number
  readonly log: ConnectorLog
  readonly clock: () => number
  readonly random: () => number
  readonly onRename: (event: RenameEvent) => void
  readonly onState: (event: PortalStateEvent) => void
}

/** @throws ConfigError `PORTAL_OPTIONS` */
export function resolveOptions(options: PortalClientOptions): ResolvedOptions {
  if ((options.webhook === undefined) === (options.oauth === undefined)) {
    throw new ConfigError('PORTAL_OPTIONS', 'Give either `webhook` or `oauth` to the portal client')
  }
  const { connectMs, idleMs, totalMs, waitMs } = { ...DEFAULTS, ...options.timeouts }
  const numbers = {
    retries: options.retries ?? DEFAULTS.retries,
    maxBodyBytes: options.maxBodyBytes ?? DEFAULTS.maxBodyBytes,
    lookAheadRows: options.lookAheadRows ?? DEFAULTS.lookAheadRows,
  }
  for (const [name, value] of Object.entries({ ...numbers, connectMs, idleMs, totalMs, waitMs })) {
    if (!Number.isInteger(value) || value < 0) {
      throw new ConfigError('PORTAL_OPTIONS', `Portal client: ${name} must be a whole number from 0`)
    }
  }
  return {
    ...numbers,
    timeouts: { connectMs, idleMs, totalMs, waitMs },
    allowHosts: options.allowHosts ?? [],
    limits: options.limits,
    log: options.log ?? SILENT,
    clock: options.clock ?? Date.now,
    random: options.random ?? Math.random,
    onRename: options.onRename ?? (() => {}),
    onState: options.onState ?? (() => {}),
  }
}

export interface Webhook {
  /** "https://host/rest/1/secret/" */
  readonly base: URL
  readonly secret: string
  readonly userId: string
}

/** @throws ConfigError `PORTAL_WEBHOOK` and the codes of `checkUrl`; never with the address itself */
export function parseWebhook(webhook: string, allowHosts: readonly string[]): Webhook {
  const base = checkUrl(webhook.trim(), allowHosts)
  const [, userId, secret] = /^\/rest\/(\d+)\/([^/]+)\/?$/.exec(base.pathname) ?? []
  if (userId === undefined || secret === undefined || base.search !== '') {
    throw new ConfigError(
      'PORTAL_WEBHOOK',
      `The webhook address of ${base.host} must look like https://host/rest/1/secret/; copy it from the portal`,
    )
  }
  base.pathname = `/rest/${userId}/${secret}/`
  return { base, secret, userId }
}
