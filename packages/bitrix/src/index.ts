export {
  codeLetters,
  createBridgeShop,
  isPairProof,
  pairingCode,
  pairRequest,
  sealBox,
} from './bridge/index.ts'
export type { BridgeCredentials, BridgeKey, BridgeShopOptions, PairFacts } from './bridge/index.ts'
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
