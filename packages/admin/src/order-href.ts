/** The address of an order's page, for a plain link: of those a long list makes many in the time of one of the router's. */
export function orderHref(connection: string, shopId: string): string {
  return `#/orders/${encodeURIComponent(connection)}/${encodeURIComponent(shopId)}`
}
