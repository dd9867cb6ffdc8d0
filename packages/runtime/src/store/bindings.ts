import type { Values } from '@mufta/kit'
import { baseText, mapText, readBase } from './base.ts'
import { FIRST_OTHER_KEY, placeOf, type Place } from './binding-key.ts'
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

const NEXT_OTHER_KEY = `(SELECT ifnull(max(key), ${FIRST_OTHER_KEY}) + 1 FROM binding WHERE key < 0)`
const COLUMNS = 'shop_id, external_id, base, intent_key, mapper_version, updated_at'

/** The id map: shop id ↔ external id, unique both ways within a connection and entity. */
export class Bindings {
  readonly #sql: Sql
  readonly #ids: ConnectionIds
  /** Creations under way: their pair is not known yet, so an update of it would find nothing. */
  readonly #intents = new Set<string>()
  /** The shop's side of an intent is written again, as it was, when the creation is answered. */
  readonly #shopTexts = new WeakMap<Values, string>()

  constructor(sql: Sql, ids: ConnectionIds) {
    this.#sql = sql
    this.#ids = ids
  }

  byShop(connection: string, entity: string, shopId: string): Binding | null {
    const id = this.#ids.find(connection)
    return id === null ? null : this.#find(connection, entity, placeOf(id, entity, shopId))
  }

  byExternal(connection: string, entity: string, externalId: string): Binding | null {
    const id = this.#ids.find(connection)
    if (id === null) return null
    return this.#find(connection, entity, {
      where: 'connection = ? AND entity = ? AND external_id = ?',
      params: [id, entity, externalId],
    })
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
    const { shop } = binding.base
    const shopText = this.#shopTexts.get(shop) ?? mapText(shop)
    const base = baseText(binding.base, shopText)
    const place = placeOf(connection, entity, shopId)
    const wasIntent = this.#intents.delete(placeName(binding))
    if (externalId === null) {
      this.#intents.add(placeName(binding))
      this.#shopTexts.set(shop, shopText)
    }
    // The usual case, new values of a known pair, leaves all indexes alone.
    const isUpdated =
      externalId !== null &&
      !wasIntent &&
      this.#sql.run(
        `UPDATE binding SET base = ?, intent_key = ?, mapper_version = ?, updated_at = ?
          WHERE ${place.where} AND external_id IS ? AND (? IS NULL OR number IS ?)`,
        ...[base, intentKey, mapperVersion, turn.now],
        ...[...place.params, externalId, number, number],
      ) > 0
    if (isUpdated) return
    try {
      this.#sql.run(
        `INSERT INTO binding (key, connection, entity, number, ${COLUMNS})
          VALUES (${place.key === null ? NEXT_OTHER_KEY : '?'}, ?, ?, ?, ?, ?, ?, ?, ?, ?)
          ON CONFLICT (${place.key === null ? 'connection, entity, shop_id' : 'key'}) DO UPDATE SET
            external_id = excluded.external_id, number = ifnull(excluded.number, number),
            base = excluded.base, intent_key = excluded.intent_key,
            mapper_version = excluded.mapper_version, updated_at = excluded.updated_at`,
        ...(place.key === null ? [] : [place.key]),
        ...[connection, entity, number, shopId, externalId, base, intentKey, mapperVersion, turn.now],
      )
    } catch (error) {
      this.#requireFree(binding)
      throw error
    }
  }

  remove(connection: string, entity: string, shopId: string): void {
    const id = this.#ids.find(connection)
    if (id === null) return
    const { where, params } = placeOf(id, entity, shopId)
    this.#sql.run(`DELETE FROM binding WHERE ${where}`, ...params)
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

  #find(connection: string, entity: string, { where, params }: Omit<Place, 'key'>): Binding | null {
    const row = this.#sql.get<BindingRow>(`SELECT ${COLUMNS} FROM binding WHERE ${where}`, ...params)
    return row === undefined ? null : toBinding(connection, entity, row)
  }
}

function placeName({ connection, entity, shopId }: BindingInput): string {
  return `${connection}/${entity}/${shopId}`
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
      base ??= readBase(row.base)
      return base
    },
    intentKey: row.intent_key,
    mapperVersion: row.mapper_version,
    updatedAt: row.updated_at,
  }
}
