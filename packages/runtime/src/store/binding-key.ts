import type { Param } from './sql.ts'

/** Connections whose orders have a key of their own; those of any other are found by the index. */
const CONNECTIONS = 4096
/** An order's id as a shop counts; with the connection behind it, it is still a safe integer. */
const ORDER_ID = /^[1-9]\d{0,11}$/

/** Keys of bindings with another id begin here and stay below zero. */
export const FIRST_OTHER_KEY: number = -(2 ** 52)

/** The condition that finds one binding by its id in the shop. */
export interface Place {
  /** The row's key; null = given out when the row is made. */
  readonly key: number | null
  readonly where: string
  readonly params: readonly Param[]
}

/**
 * An order's key in the table is made of its id and its connection, so its row is found by reading one page. By way of
 * the index it would be two, and in a long table both are elsewhere for each order. Migration 5 holds the same rule.
 */
export function placeOf(connection: number, entity: string, shopId: string): Place {
  if (entity !== 'order' || connection >= CONNECTIONS || !ORDER_ID.test(shopId)) {
    return {
      key: null,
      where: 'connection = ? AND entity = ? AND shop_id = ?',
      params: [connection, entity, shopId],
    }
  }
  const key = Number(shopId) * CONNECTIONS + connection
  return { key, where: 'key = ?', params: [key] }
}
