import type { PortalLimitOptions } from './limit-types.ts'
import { PortalLimits } from './limits.ts'

const registry = new Map<string, PortalLimits>()

/**
 * The one limits object of a portal in this process. The first caller's options count: two clients with different
 * ideas of one bucket would both be wrong.
 */
export function sharedLimits(host: string, options: PortalLimitOptions | false | undefined): PortalLimits {
  const known = registry.get(host)
  if (known !== undefined) return known
  const limits = new PortalLimits(host, options === false ? UNLIMITED : options)
  registry.set(host, limits)
  return limits
}

/** After a rename the new host goes on with the same bucket. */
export function shareUnder(host: string, limits: PortalLimits): void {
  if (!registry.has(host)) registry.set(host, limits)
}

const UNLIMITED: PortalLimitOptions = { perSecond: Infinity, burst: Infinity, parallel: 64 }
