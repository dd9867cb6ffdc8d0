export {
  codeLetters,
  createBridgeShop,
  isPairProof,
  pairingCode,
  pairRequest,
  readSiteSettings,
  sealBox,
} from './bridge/index.ts'
export type {
  BridgeCredentials,
  BridgeKey,
  BridgeShopOptions,
  PairFacts,
  SiteSettings,
} from './bridge/index.ts'
export { createPortalClient, MemoryTokenStore, PortalClient, PortalLimits } from './rest/client/index.ts'
export type {
  BatchCommand,
  BatchOptions,
  CommandOutcome,
  GetManyOptions,
  LimitFacts,
  LimitStore,
  ListOptions,
  OAuthOptions,
  PortalCallOptions,
  PortalClientOptions,
  PortalFacts,
  PortalLimitOptions,
  RenameEvent,
  TokenPair,
  TokenStore,
  WriteOutcome,
} from './rest/client/index.ts'
export { createRestShop } from './rest/shop/index.ts'
export type {
  PortalCalls,
  PortalCommand,
  PortalOutcome,
  PortalParams,
  RestShopOptions,
} from './rest/shop/index.ts'
