import type { Converter } from './converter.ts'

/** JSON value; `undefined` = absent, which is not the same as null, "" or 0. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json | undefined }

/** Values of one side by flat field name: "status", "delivery.cost", "payments[771].paid". Absent = not a key. */
export type Values = Readonly<Record<string, Json>>

export const directions = ['out', 'in', 'both', 'create-only', 'check'] as const
/** `out` shop → external, `in` external → shop, `create-only` out on creation and never again, `check` compared only. */
export type Direction = (typeof directions)[number]

/** Who wins when both sides changed the same field since the base. */
export type Owner = 'shop' | 'external'

export interface FieldRule {
  readonly direction: Direction
  readonly owner: Owner
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
  /** The rule of a flat name as found in Values. */
  rule(flatName: string): FieldRule
  /** The whole draft for a creation: out, both and create-only fields. Throws ParkError for an unmapped value. */
  toExternal(shop: Shop): Partial<External>
  /** The whole patch: in and both fields. Throws ParkError for an unmapped value. */
  toShop(external: External): Record<string, unknown>
  /** Raw values of the shop's side, in the shop's own terms. */
  shopValues(shop: Shop): Values
  /** Raw values of the external side, in its own terms. */
  externalValues(external: External): Values
  /** What the external side should hold for these shop values (converted). Lossy parts follow the converter. */
  expectedExternal(shop: Shop): Values
  /** Converts one flat external value into the shop's terms. */
  expectedShop(flatName: string, external: Json): Json
  /** Draft that holds only the named flat fields; a list with any named field comes whole. */
  draft(shop: Shop, names: readonly string[]): Partial<External>
  /** Patch for the shop that holds only the named flat fields. */
  patch(external: External, shop: Shop, names: readonly string[]): Record<string, unknown>
  /** Fields declared by `check` that differ. */
  mismatches(shop: Shop, external: External): readonly CheckMismatch[]
}

export type { Converter }
