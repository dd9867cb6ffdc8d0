import { ApiClient, AuthError, PermanentError, Secret, type CallOptions } from '@mufta/kit'
import type { PortalAccess, PortalAuth, PortalUser } from '@mufta/runtime'
import type { LoadedConfig } from './load.ts'

/** How long a portal may take to say who somebody is. */
const LIMIT_MS = 10_000

/** People of the portals named in `admin.portals`; undefined where there is none. */
export function portalAccess({ config }: LoadedConfig): PortalAccess | undefined {
  const { portals, portalUsers } = config.admin
  if (portals.length === 0) return undefined
  const byHost = new Map(portals.map((portal) => [new URL(portal.url).host, portal]))
  const { allowHosts } = config.security
  return {
    hosts: [...byHost.keys()],
    userRole: portalUsers === 'nobody' ? null : portalUsers,
    verify: async (auth, options) => {
      const portal = byHost.get(auth.domain)
      if (portal === undefined) return null
      await using asking = new PortalQuestion(portal.url, auth, allowHosts)
      return await asking.user(portal.clientId, options)
    },
  }
}

/** Origins that may frame the page. */
export function portalOrigins({ config }: LoadedConfig): readonly string[] {
  return config.admin.portals.map(({ url }) => new URL(url).origin)
}

/** Asks a portal whose token this is. The token is used for these two questions and kept nowhere. */
class PortalQuestion extends ApiClient {
  readonly #token: Secret

  constructor(url: string, { authId }: PortalAuth, allowHosts: readonly string[]) {
    super({
      system: 'Portal',
      baseUrl: `${new URL(url).origin}/rest/`,
      allowHosts,
      secrets: [authId],
      totalMs: LIMIT_MS,
      maxBodyBytes: 256 * 1024,
      retries: 0,
    })
    this.#token = new Secret(authId)
  }

  /**
   * `profile` needs no scope and says ADMIN (Bitrix24 REST docs: *profile*). A token that another application got of
   * its user is a token too: where the application is known, `app.info` must name it.
   */
  async user(clientId: string | undefined, options: CallOptions): Promise<PortalUser | null> {
    try {
      if (clientId !== undefined && text(await this.#result('app.info', options), 'CODE') !== clientId)
        return null
      const profile = await this.#result('profile', options)
      const id = text(profile, 'ID')
      return id === '' ? null : { id, isAdmin: profile['ADMIN'] === true }
    } catch (error) {
      if (error instanceof AuthError || error instanceof PermanentError) return null
      throw error
    }
  }

  async #result(method: string, options: CallOptions): Promise<Record<string, unknown>> {
    // In the body: an address would stand in the portal's logs.
    const body = { auth: this.#token.reveal() }
    const answer = await this.call<{ result?: unknown } | null>('POST', `${method}.json`, body, options)
    const result = answer?.result
    return typeof result === 'object' && result !== null ? (result as Record<string, unknown>) : {}
  }
}

function text(record: Readonly<Record<string, unknown>>, name: string): string {
  const value = record[name]
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}
