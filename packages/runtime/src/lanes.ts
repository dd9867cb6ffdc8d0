/** Names of lanes: both directions of a bound pair share one. */
export const orderLane = (shopId: string): string => `order/${shopId}`
/** While only the external id is known. */
export const externalLane = (externalId: string): string => `order/~ext:${externalId}`

export interface LaneName {
  readonly entity: string
  /** Shop id, or "~ext:7146". */
  readonly id: string
  readonly externalId: string | null
}

export function parseLane(lane: string): LaneName {
  const slash = lane.indexOf('/')
  const id = lane.slice(slash + 1)
  return { entity: lane.slice(0, slash), id, externalId: id.startsWith('~ext:') ? id.slice(5) : null }
}

export const kinds = {
  sync: 'sync',
  pollShop: 'poll-shop',
  pollExternal: 'poll-external',
  pullEvents: 'pull-events',
  sweep: 'sweep',
  backfill: 'backfill',
} as const
export type Kind = (typeof kinds)[keyof typeof kinds]

/** Kinds whose lane holds one job that puts itself there again: without it nothing would be looked for any more. */
export const repeatingKinds: ReadonlySet<string> = new Set<Kind>([
  kinds.pollShop,
  kinds.pollExternal,
  kinds.pullEvents,
  kinds.sweep,
])

/** Lanes that hold no record: polls, sweeps, the listing of a first load. */
export const serviceLanes: readonly string[] = [...repeatingKinds, kinds.backfill].map((kind) => `${kind}/-`)
