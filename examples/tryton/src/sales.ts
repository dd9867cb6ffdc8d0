import { toDecimal, type CallOptions, type ExternalRecord, type Order } from '@mufta/kit'
import type { TrytonClient } from './client.ts'
import type { Sale, SaleState } from './sale.ts'
import type { TrytonSettings } from './settings.ts'

interface SaleRow {
  readonly id: number
  readonly reference: string | null
  readonly description: string | null
  readonly comment: string | null
  readonly state: SaleState
  readonly total_amount: string
  readonly 'currency.': { readonly code: string }
  readonly 'lines.': readonly LineRow[]
  readonly _timestamp: string
}

interface LineRow {
  readonly id: number
  readonly type: string
  readonly note: string | null
  readonly description: string | null
  readonly quantity: number | null
  readonly unit_price: string | null
  readonly 'product.': { readonly code: string | null } | null
}

const fields = [
  'reference',
  'description',
  'comment',
  'state',
  'total_amount',
  'currency.code',
  'lines.type',
  'lines.note',
  'lines.description',
  'lines.quantity',
  'lines.unit_price',
  'lines.product.code',
  '_timestamp',
]

/** Reads sales with their lines in one request; an id that is gone is absent from the map. */
export async function readSales(
  client: TrytonClient,
  ids: readonly string[],
  options: CallOptions,
): Promise<ReadonlyMap<string, Sale>> {
  if (ids.length === 0) return new Map()
  // `read` of a deleted id fails as a whole; a search simply does not find it.
  const rows = await client.read<SaleRow>('sale.sale', [['id', 'in', ids.map(Number)]], fields, options)
  return new Map(rows.map((row) => [String(row.id), toSale(row)]))
}

/** The sale of this order. Of doubles made by hand the oldest counts. */
export async function findSale(
  client: TrytonClient,
  order: Order,
  options: CallOptions & { readonly settings: TrytonSettings },
): Promise<ExternalRecord<Sale> | null> {
  const reference = options.settings.referencePrefix + order.id
  const domain = [['reference', '=', reference]]
  const [row] = await client.read<SaleRow>('sale.sale', domain, fields, {
    ...options,
    orderBy: [['id', 'ASC']],
    limit: 1,
  })
  return row === undefined ? null : { id: String(row.id), record: toSale(row) }
}

function toSale(row: SaleRow): Sale {
  return {
    reference: row.reference,
    description: row.description,
    comment: row.comment,
    state: row.state,
    currency: row['currency.'].code,
    total: row.total_amount,
    timestamp: row._timestamp,
    // Titles, subtotals and remarks are the clerk's own.
    lines: row['lines.']
      .filter((line) => line.type === 'line')
      .map((line) => ({
        rowId: line.id,
        note: line.note,
        product: line['product.']?.code ?? null,
        description: line.description,
        quantity: toDecimal(line.quantity ?? 0),
        unitPrice: line.unit_price ?? '0',
      })),
  }
}
