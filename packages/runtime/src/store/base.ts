import type { Json, Values } from '@mufta/kit'

/** The last state both sides agreed on, and what we were about to write when the process last stopped. */
export interface Base {
  readonly shop: Values
  readonly external: Values
  readonly pending?: Pending
}

/**
 * A write whose end was not recorded: per field the pair of values that holds if it was applied. Seen on the written
 * side it is our own echo, and what the other side shows against it is somebody's change.
 */
export interface Pending {
  readonly way: ReadonlyMap<string, 'out' | 'in'>
  readonly shop: Values
  readonly external: Values
}

/** Nothing is known of the pair's past. */
export const NO_BASE: Base = { shop: new Map(), external: new Map() }

/** Name, value, name, value: written and read several times as fast as an object with a name for each row. */
type KeptMap = readonly unknown[]

/** A store that was filled earlier holds objects. */
type Kept = KeptMap | Readonly<Record<string, unknown>>

interface KeptBase {
  readonly shop: Kept
  readonly external: Kept
  readonly pending?: { readonly way: Kept; readonly shop: Kept; readonly external: Kept }
}

/** `shopText`: of the shop's side, where it is known already. */
export function baseText({ shop, external, pending }: Base, shopText = mapText(shop)): string {
  const sides = `"shop":${shopText},"external":${mapText(external)}`
  if (pending === undefined) return `{${sides}}`
  const { way, shop: mine, external: theirs } = pending
  return `{${sides},"pending":{"way":${mapText(way)},"shop":${mapText(mine)},"external":${mapText(theirs)}}}`
}

export function mapText(map: ReadonlyMap<string, unknown>): string {
  const kept: unknown[] = []
  for (const [name, value] of map) kept.push(name, value)
  return JSON.stringify(kept)
}

export function readBase(text: string): Base {
  const { shop, external, pending } = JSON.parse(text) as KeptBase
  const base = { shop: toMap<Json>(shop), external: toMap<Json>(external) }
  if (pending === undefined) return base
  const { way, shop: mine, external: theirs } = pending
  return {
    ...base,
    pending: { way: toMap<'out' | 'in'>(way), shop: toMap<Json>(mine), external: toMap<Json>(theirs) },
  }
}

function toMap<Value>(kept: Kept): ReadonlyMap<string, Value> {
  const map = new Map<string, Value>()
  const turns: KeptMap = isInTurn(kept) ? kept : Object.entries(kept).flat()
  for (let at = 0; at < turns.length; at += 2) map.set(turns[at] as string, turns[at + 1] as Value)
  return map
}

function isInTurn(kept: Kept): kept is KeptMap {
  return Array.isArray(kept)
}
