import type { ConnectionIds } from './connections.ts'
import { StoreError } from './errors.ts'
import type { Sql } from './sql.ts'
import type { Binding, BindingInput } from './store.ts'
import type { Turn } from './turn.ts'

interface BindingRow {
  readonly shop_id: string
  readonly external_id: string | null
  readonly base: string
  readonly intent_key: string | null
  readonly mapper_version: string
  readonly updated_at: number
}

const COLUMNS = 'shop_id, external_id, base, intent_key, mapper_version, updated_at'

/** The id map: shop id ↔ external id, unique both ways within a connection and entity. */
export class Bindings {
  readonly #sql: Sql
  readonly #ids: ConnectionIds

  constructor(sql: Sql, ids: ConnectionIds) {
    this.#sql = sql
    this.#ids = ids
  }

  byShop(connection: string, entity: string, shopId: string): Binding | null {
    return this.#find(connection, entity, 'shop_id = ?', shopId)
  }

  byExternal(connection: string, entity: string, externalId: string): Binding | null {
    return this.#find(connection, entity, 'external_id = ?', externalId)
  }

  count(connection: string): number {
    const id = this.#ids.find(connection)
    if (id === null) return 0
    const row = this.#sql.get<{ count: number }>(
      'SELECT count(*) AS count FROM binding WHERE connection = ?',
      id,
    )
    return row?.count ?? 0
  }

  /** @throws StoreError `STORE_BINDING_TAKEN` */
  write(binding: BindingInput, turn: Turn): void {
    const connection = this.#ids.require(binding.connection)
    const { entity, shopId, externalId, intentKey, mapperVersion } = binding
    const number = binding.number ?? null
    const base = JSON.stringify(binding.base)
    // The usual case, new values of a known pair, leaves all indexes alone.
    const updated = this.#sql.run(
      `UPDATE binding SET base = ?, intent_key = ?, mapper_version = ?, updated_at = ?
        WHERE connection = ? AND entity = ? AND shop_id = ? AND external_id IS ? AND (? IS NULL OR number IS ?)`,
      ...[base, intentKey, mapperVersion, turn.now],
      ...[connection, entity, shopId, externalId, number, number],
    )
    if (updated > 0) return
    this.#requireFree(binding)
    this.#sql.run(
      `INSERT INTO binding (connection, entity, number, ${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (connection, entity, shop_id) DO UPDATE SET external_id = excluded.external_id,
          number = ifnull(excluded.number, number),
          base = excluded.base, intent_key = excluded.intent_key,
          mapper_version = excluded.mapper_version, updated_at = excluded.updated_at`,
      ...[connection, entity, number, shopId, externalId, base, intentKey, mapperVersion, turn.now],
    )
  }

  remove(connection: string, entity: string, shopId: string): void {
    const id = this.#ids.find(connection)
    if (id === null) return
    this.#sql.run(
      'DELETE FROM binding WHERE connection = ? AND entity = ? AND shop_id = ?',
      id,
      entity,
      shopId,
    )
  }

  #requireFree({ connection, entity, shopId, externalId }: Omit<Binding, 'updatedAt'>): void {
    if (externalId === null) return
    const holder = this.byExternal(connection, entity, externalId)
    if (holder === null || holder.shopId === shopId) return
    throw new StoreError(
      'STORE_BINDING_TAKEN',
      `External ${entity} ${externalId} belongs to ${entity} ${holder.shopId} of ${connection}, ` +
        `so ${shopId} cannot have it; unbind one of them`,
      { facts: { connection, entity, id: shopId, externalId, takenBy: holder.shopId } },
    )
  }

  #find(
    connection: string,
    entity: string,
    by: 'shop_id = ?' | 'external_id = ?',
    id: string,
  ): Binding | null {
    const connectionId = this.#ids.find(connection)
    if (connectionId === null) return null
    const row = this.#sql.get<BindingRow>(
      `SELECT ${COLUMNS} FROM binding WHERE connection = ? AND entity = ? AND ${by}`,
      connectionId,
      entity,
      id,
    )
    if (row === undefined) return null
    return toBinding(connection, entity, row)
  }
}

/** Most readers want the ids alone, and the base is nearly all of a row: it is parsed when it is asked for. */
function toBinding(connection: string, entity: string, row: BindingRow): Binding {
  let base: Binding['base'] | null = null
  return {
    connection,
    entity,
    shopId: row.shop_id,
    externalId: row.external_id,
    get base(): Binding['base'] {
      base ??= JSON.parse(row.base) as Binding['base']
      return base
    },
    intentKey: row.intent_key,
    mapperVersion: row.mapper_version,
    updatedAt: row.updated_at,
  }
}
