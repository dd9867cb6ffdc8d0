import type { Order } from '@mufta/kit'
import type { Connection, External } from '../connection.ts'
import type { JournalEntry } from '../store/store.ts'

/** Differences in fields that are compared and never copied (totals): shown, never hidden. */
export function checkEntries(
  connection: Connection,
  order: Order,
  external: External,
): readonly JournalEntry[] {
  return connection.mapper.mismatches(order, external).map((mismatch) => ({
    connection: connection.name,
    entity: 'order',
    id: order.id,
    kind: 'check',
    code: 'MISMATCH',
    detail: { ...mismatch },
  }))
}
