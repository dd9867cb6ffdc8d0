import type { CallOptions, Order } from '@mufta/kit'
import type { RetailCrmSettings } from './settings.ts'

type Sites = Pick<RetailCrmSettings, 'site' | 'sites'>

/** A call about one shop of the CRM. @default the setting `site`, else the only shop that the key sees */
export interface SiteOptions extends CallOptions {
  readonly site?: string | undefined
}

/** Where no sites are mapped, every order goes to the same shop of the CRM. */
export function isOneShop({ sites }: Pick<Sites, 'sites'>): boolean {
  return Object.keys(sites).length === 0
}

/** The CRM's shop for an order: undefined = the only one that the key sees, null = its site is not mapped. */
export function siteOf({ siteId }: Pick<Order, 'siteId'>, settings: Sites): string | undefined | null {
  if (isOneShop(settings)) return settings.site
  return Object.hasOwn(settings.sites, siteId) ? settings.sites[siteId] : null
}

/**
 * The CRM's shops whose orders are ours, that of orders from before the sites were mapped too; undefined = whatever the
 * key sees.
 */
export function ourSites({ site, sites }: Sites): readonly string[] | undefined {
  if (isOneShop({ sites }) && site === undefined) return undefined
  return [...new Set([...Object.values(sites), ...(site === undefined ? [] : [site])])]
}
