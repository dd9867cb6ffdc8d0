import type { CallOptions } from '@mufta/kit'

/** What the frame of a portal hands to an application's page. */
export interface PortalAuth {
  /** Host of the portal, as it says itself. */
  readonly domain: string
  readonly authId: string
  readonly memberId: string
}

export interface PortalUser {
  readonly id: string
  readonly isAdmin: boolean
}

/**
 * Asks the portal whose token this is. Called for installed portals only. null = the portal does not know the token,
 * or it was given to another application.
 */
export type VerifyPortal = (auth: PortalAuth, options: CallOptions) => Promise<PortalUser | null>

/** A portal's host in one spelling, or null. Only a host: no scheme, user, path or port other than https's own. */
export function portalHost(domain: string): string | null {
  const url = URL.parse(`https://${domain.trim()}`)
  if (url === null || url.hostname === '' || url.username !== '' || url.password !== '') return null
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '') return null
  return url.host
}
