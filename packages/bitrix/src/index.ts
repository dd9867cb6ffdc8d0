export { createRestShop } from './rest/shop/index.ts'
export type {
  PortalCalls,
  PortalCommand,
  PortalOutcome,
  PortalParams,
  PortalTime,
  RestShopOptions,
} from './rest/shop/index.ts'
