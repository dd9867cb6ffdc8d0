export type { PortalCalls, PortalCommand, PortalOutcome, PortalParams } from './portal-calls.ts'
export { createRestShop } from './rest-shop.ts'
export type { RestShopOptions } from './rest-shop.ts'
