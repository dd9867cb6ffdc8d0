import { isDeepStrictEqual } from 'node:util'
import type { FieldRule, Json, Mapper, Owner, Values } from '@mufta/kit'
import type { Base, Pending } from '../store/base.ts'

export interface Conflict {
  readonly field: string
  readonly winner: Owner
}

export interface Decision {
  /** Flat names whose shop value goes out. */
  readonly out: readonly string[]
  /** Flat names whose external value comes in. */
  readonly in: readonly string[]
  readonly conflicts: readonly Conflict[]
}

type Move = 'none' | 'out' | 'in' | { readonly conflict: Owner }

/** What the decision needs of a mapper: rules and single-field conversions. */
export type Rules = Pick<Mapper<never, never>, 'rule' | 'convertOut' | 'convertIn' | 'sameExternal'>

export interface DecideInput {
  readonly mapper: Rules
  readonly shop: Values
  readonly external: Values
  /** null = the pair was just found, nothing is known of its past. */
  readonly base: Base | null
}

/**
 * Three-way merge per field: a side "changed" when it differs from the base; an unrelated edit never brings back an
 * old value; the same field changed on both sides follows its owner and is reported. Throws ParkError when a value
 * that has to flow is not mapped.
 */
export function decide(given: DecideInput): Decision {
  const input = { ...given, base: effectiveBase(given) }
  const { mapper, shop, external, base } = input
  const names = new Set([...shop.keys(), ...external.keys(), ...(base?.shop.keys() ?? [])])
  const out: string[] = []
  const into: string[] = []
  const conflicts: Conflict[] = []
  for (const name of names) {
    const { direction, owner } = mapper.rule(name)
    if (direction === 'check' || direction === 'create-only') continue
    const move = moveOf(input, name, direction, owner)
    if (move === 'none') continue
    const side = typeof move === 'string' ? move : move.conflict === 'shop' ? 'out' : 'in'
    if (side === 'out') out.push(name)
    else into.push(name)
    if (typeof move !== 'string') conflicts.push({ field: name, winner: move.conflict })
  }
  return { out, in: into, conflicts }
}

function moveOf(input: DecideInput, name: string, direction: 'out' | 'in' | 'both', owner: Owner): Move {
  const known = isKnown(input.base, name)
  const shopMoved = direction !== 'in' && (known ? shopChanged(input, name) : true)
  const externalMoved = direction !== 'out' && (known ? externalChanged(input, name) : true)
  if ((!shopMoved && !externalMoved) || agrees(input, name)) return 'none'
  if (shopMoved && externalMoved) return preferred(input, name, owner, known)
  return shopMoved ? outMove(input, name) : inMove(input, name)
}

function preferred(input: DecideInput, name: string, owner: Owner, known: boolean): Move {
  if (input.external.get(name) === undefined) return outMove(input, name)
  if (input.shop.get(name) === undefined) return 'in'
  return known ? { conflict: owner } : owner === 'shop' ? 'out' : 'in'
}

// A scalar that is absent in the shop has nothing to send; a list row that is gone must go on the other side too.
function outMove(input: DecideInput, name: string): Move {
  return input.shop.get(name) === undefined && !name.includes('[') ? 'none' : 'out'
}

function inMove(input: DecideInput, name: string): Move {
  return input.external.get(name) === undefined ? 'none' : 'in'
}

function isKnown(base: Base | null, name: string): boolean {
  return base !== null && (base.shop.has(name) || base.external.has(name))
}

function shopChanged({ shop, base }: DecideInput, name: string): boolean {
  return !isDeepStrictEqual(shop.get(name), base?.shop.get(name))
}

function externalChanged({ mapper, external, base }: DecideInput, name: string): boolean {
  const now = external.get(name)
  return now !== undefined && !mapper.sameExternal(name, now, base?.external.get(name))
}

function agrees({ mapper, shop, external }: DecideInput, name: string): boolean {
  const mine = shop.get(name)
  const theirs = external.get(name)
  if (mine === undefined) return theirs === undefined
  if (theirs === undefined) return false
  const { direction } = mapper.rule(name)
  if (direction === 'in') return isDeepStrictEqual(mapper.convertIn(name, theirs), mine)
  return mapper.sameExternal(name, mapper.convertOut(name, mine), theirs)
}

/**
 * The base after the decision was carried out. `stored` = the external record as the system returned it after our
 * write, where it did.
 */
export function nextBase(input: DecideInput, decision: Decision, stored: Values | null): Base {
  const shop = baseOf(input.mapper, input.shop, 'shop')
  const external = baseOf(input.mapper, input.external, 'external')
  carryOut(input, decision, stored, { shop, external })
  return { shop, external }
}

/** What is about to be written, recorded before the calls. */
export function pendingOf(input: DecideInput, decision: Decision): Pending {
  const names = [...decision.out, ...decision.in]
  const planned = { shop: pick(input.shop, names), external: pick(input.external, names) }
  carryOut(input, decision, null, planned)
  const way = new Map([
    ...decision.out.map((name) => [name, 'out'] as const),
    ...decision.in.map((name) => [name, 'in'] as const),
  ])
  return { way, ...planned }
}

/** One field of a write: what stood there and what stands there now. Absent = the field was not there. */
export interface Written {
  readonly field: string
  readonly side: Owner
  readonly from: Json | undefined
  readonly to: Json | undefined
}

/** What the writes of a decision make of each field, for the journal. */
export function writtenBy(
  { shop, external }: DecideInput,
  decision: Decision,
  after: Base,
): readonly Written[] {
  return [
    ...decision.out.map((field) => ({
      field,
      side: 'external' as const,
      from: external.get(field),
      to: after.external.get(field),
    })),
    ...decision.in.map((field) => ({
      field,
      side: 'shop' as const,
      from: shop.get(field),
      to: after.shop.get(field),
    })),
  ]
}

/** Sets in `planned` what the writes of the decision make of both sides. */
function carryOut(
  { mapper, shop, external }: DecideInput,
  decision: Decision,
  stored: Values | null,
  planned: { readonly shop: Map<string, Json>; readonly external: Map<string, Json> },
): void {
  for (const name of decision.in) {
    const value = external.get(name)
    if (value !== undefined) planned.shop.set(name, mapper.convertIn(name, value))
  }
  for (const name of decision.out) {
    const value = shop.get(name)
    if (value === undefined) planned.external.delete(name)
    else planned.external.set(name, stored?.get(name) ?? mapper.convertOut(name, value))
  }
}

/** The base with those pending writes taken in that evidently were applied. */
export function effectiveBase({ mapper, shop, external, base }: DecideInput): Base | null {
  if (base?.pending === undefined) return base
  const { way, ...planned } = base.pending
  const mine = new Map(base.shop)
  const theirs = new Map(base.external)
  for (const [name, direction] of way) {
    const isApplied =
      direction === 'out'
        ? mapper.sameExternal(name, external.get(name), planned.external.get(name))
        : isDeepStrictEqual(shop.get(name), planned.shop.get(name))
    if (!isApplied) continue
    put(mine, name, planned.shop.get(name))
    put(theirs, name, planned.external.get(name))
  }
  return { shop: mine, external: theirs }
}

function put(values: Map<string, Json>, name: string, value: Json | undefined): void {
  if (value === undefined) values.delete(name)
  else values.set(name, value)
}

/**
 * The fields of one side that a later decision compares with: an out-only field is watched in the shop alone, an
 * in-only field on the external side alone.
 */
export const watched = {
  shop: ({ direction }: FieldRule): boolean => direction === 'out' || direction === 'both',
  external: ({ direction }: FieldRule): boolean => direction === 'in' || direction === 'both',
}

function baseOf(mapper: Rules, values: Values, side: 'shop' | 'external'): Map<string, Json> {
  return new Map([...values].filter(([name]) => watched[side](mapper.rule(name))))
}

function pick(values: Values, names: readonly string[]): Map<string, Json> {
  const picked = new Map<string, Json>()
  for (const name of names) put(picked, name, values.get(name))
  return picked
}
