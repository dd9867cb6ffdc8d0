export type { JsonObject, PortalTime } from './answer.ts'
export type { BatchCommand, BatchOptions } from './batch.ts'
export type { CommandOutcome } from './command.ts'
export { PortalLimits } from './limits.ts'
export type { LimitFacts, LimitStore, PortalLimitOptions } from './limits.ts'
export type { ListOptions } from './list.ts'
export { methodKind } from './method-kind.ts'
export type { MethodKind } from './method-kind.ts'
export type { OperatingFact } from './operating.ts'
export type {
  OAuthOptions,
  PortalClientOptions,
  PortalStateEvent,
  PortalTimeouts,
  RenameEvent,
} from './options.ts'
export { createPortalClient, PortalClient } from './portal-client.ts'
export type { GetManyOptions, PortalCallOptions, PortalFacts } from './portal-client.ts'
export type { RowOptions } from './rows.ts'
export { MemoryTokenStore } from './token-store.ts'
export type { TokenPair, TokenStore } from './token-store.ts'
export type { WriteOutcome } from './writer.ts'
