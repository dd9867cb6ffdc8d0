import { fieldWords, type Field, type FieldWords } from './mapper-fields.ts'
import { FieldMapper } from './mapper-engine.ts'
import type { Path } from './paths.ts'

/** JSON value; `undefined` = absent, which is not the same as null, "" or 0. */
export type Json =
  | string
  | number
  | boolean
  | null
  | readonly Json[]
  | { readonly [key: string]: Json | undefined }

/**
 * Values of one side by flat field name: "status", "delivery.cost", "payments[771].paid". Absent = not a key. A map and
 * no object: V8 keeps every property name it ever sees apart, and here each row of each order brings new ones.
 */
export type Values = ReadonlyMap<string, Json>

export const directions = ['out', 'in', 'both', 'create-only', 'check'] as const
/** `out` shop → external, `in` external → shop, `create-only` out on creation and never again, `check` compared only. */
export type Direction = (typeof directions)[number]

/** Who wins when both sides changed the same field since the base. */
export type Owner = 'shop' | 'external'

export interface FieldRule {
  readonly direction: Direction
  readonly owner: Owner
}

/** A declared field for people to read: from where to where it flows, and by which rule. */
export interface FieldRoute extends FieldRule {
  /** External path; rows of a list as "payments[].paid". */
  readonly field: string
  /** The shop's path, spelled the same way; null = computed, no single field of the shop holds it. */
  readonly shop: string | null
}

export interface CheckMismatch {
  readonly field: string
  readonly shop: Json | undefined
  readonly external: Json | undefined
}

/** A declaration that translates both ways. Pure: no I/O, no clock. Made by `mapper()`. */
export interface Mapper<Shop, External> {
  /** Changes when the declaration changes (fields, directions); kept with dead letters and bindings. */
  readonly version: string
  /** Every declared field, rows of a list included. */
  fields(): readonly FieldRoute[]
  /** The rule of a flat name as found in Values. */
  rule(flatName: string): FieldRule
  /** The whole draft for a creation: out, both and create-only fields. Throws ParkError for an unmapped value. */
  toExternal(shop: Shop): Partial<External>
  /** The whole patch: in and both fields. Throws ParkError for an unmapped value. */
  toShop(external: External, shop: Shop): Record<string, unknown>
  /** Raw values of the shop's side, in the shop's own terms. `wanted`: only fields with such a rule. */
  shopValues(shop: Shop, wanted?: (rule: FieldRule) => boolean): Values
  /** Raw values of the external side, in its own terms. `wanted`: only fields with such a rule. */
  externalValues(external: Partial<External>, wanted?: (rule: FieldRule) => boolean): Values
  /** What the external side should hold for these shop values (converted). Throws ParkError for an unmapped value. */
  expectedExternal(shop: Shop): Values
  /** One flat shop value in the external side's terms. Throws ParkError. */
  convertOut(flatName: string, shop: Json): Json
  /** One flat external value in the shop's terms. Throws ParkError. */
  convertIn(flatName: string, external: Json): Json
  /** Whether two external values of a field mean the same ("20" and "20.00"). */
  sameExternal(flatName: string, a: Json | undefined, b: Json | undefined): boolean
  /** Draft that holds only the named flat fields; a list with any named field comes whole. */
  draft(shop: Shop, names: readonly string[]): Partial<External>
  /** Patch for the shop that holds only the named flat fields. */
  patch(external: External, shop: Shop, names: readonly string[]): Record<string, unknown>
  /** Fields declared by `check` that differ. */
  mismatches(shop: Shop, external: External): readonly CheckMismatch[]
}

/** Declaration: external path → where the value comes from and which way it flows. */
export type MapperFields<Shop, External> = { readonly [Key in Path<External>]?: Field<Shop> }

/**
 * Declares how a shop record and an external record translate into each other; one declaration serves both ways.
 *
 * ```ts
 * const orderMapper = mapper<Order, AcmeOrder>(({ out, both, list }) => ({
 *   externalId: out('id'),
 *   status: both('status', statuses, { owner: 'external' }),
 *   items: list('items', itemMapper, { key: (row) => row.id, externalKey: (row) => row.ref }),
 * }))
 * ```
 * Absent, null, "" and 0 stay four different things. @throws ConfigError `MAPPER_*` for a field that cannot flow in.
 */
export function mapper<Shop, External>(
  declare: (words: FieldWords<Shop>) => MapperFields<Shop, External>,
): Mapper<Shop, External> {
  const fields = declare(fieldWords<Shop>()) as Readonly<Record<string, Field<Shop>>>
  return new FieldMapper<Shop, External>(new Map(Object.entries(fields)))
}
