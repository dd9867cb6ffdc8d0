import { ParkError, type CallOptions, type Order } from '@mufta/kit'
import type { TrytonClient } from './client.ts'
import { wireLines } from './products.ts'
import type { Sale } from './sale.ts'
import type { TrytonSettings } from './settings.ts'

export interface RowChanges {
  /** Value of the field `lines` in a write: what to do with which row. */
  readonly actions: readonly unknown[]
  /** Tryton deletes rows of drafts only. */
  readonly needsDraft: boolean
}

/**
 * Turns the basket of the sale into that of the order, rows matched by their note. Rows that a clerk added stay.
 * @throws ParkError `TRYTON_SALE_LOCKED` when the sale is confirmed: invoice and shipment are made of the old rows
 */
export async function diffRows(
  client: TrytonClient,
  current: Sale,
  lines: Sale['lines'],
  options: CallOptions & { readonly settings: TrytonSettings; readonly order: Order },
): Promise<RowChanges> {
  if (current.state !== 'draft' && current.state !== 'quotation') throw locked(current, options.order)
  const present = new Map(current.lines.flatMap(({ note, rowId }) => (note === null ? [] : [[note, rowId]])))
  const values = await wireLines(client, lines, options)
  const actions: unknown[] = []
  for (const [index, line] of lines.entries()) {
    const rowId = line.note === null ? undefined : present.get(line.note)
    actions.push(rowId === undefined ? ['create', [values[index]]] : ['write', [rowId], values[index]])
    if (line.note !== null) present.delete(line.note)
  }
  const gone = [...present.values()]
  if (gone.length > 0) actions.push(['delete', gone])
  return { actions, needsDraft: gone.length > 0 }
}

function locked(current: Sale, order: Order): ParkError {
  return new ParkError(
    'TRYTON_SALE_LOCKED',
    `The basket changed in the shop, but the sale is already ${current.state} in Tryton: change it there by hand`,
    { facts: { system: 'Tryton', entity: 'order', id: order.id, field: 'lines' } },
  )
}
