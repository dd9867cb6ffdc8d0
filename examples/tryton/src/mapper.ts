import { createHash } from 'node:crypto'
import { decimalText, mapper, type Mapper, type Order } from '@mufta/kit'
import { orderRows, type OrderRow } from './rows.ts'
import type { Sale, SaleCustomer, SaleLine } from './sale.ts'
import type { TrytonSettings } from './settings.ts'
import { orderStatus, saleStatuses } from './status-map.ts'

/** How the shop's order and Tryton's sale translate into each other. First file to change with their contract. */
export function saleMapper(settings: TrytonSettings): Mapper<Order, Sale> {
  return mapper<Order, Sale>(({ both, createOnly, list, check }) => ({
    reference: createOnly((order) => settings.referencePrefix + order.id),
    description: createOnly(describe),
    currency: createOnly('total.currency'),
    customer: createOnly((order) => customerOf(order, settings)),
    comment: both('managerComment', { owner: 'external' }),
    state: both(orderStatus, saleStatuses(settings), { owner: 'external' }),
    lines: list((order) => orderRows(order, settings), lineMapper, {
      key: (row: OrderRow) => row.id,
      externalKey: (line: SaleLine) => line.note ?? undefined,
    }),
    total: check('total.amount', decimalText),
  }))
}

const lineMapper = mapper<OrderRow, SaleLine>(({ out, createOnly }) => ({
  note: createOnly('id'),
  product: out('product'),
  description: out('name'),
  quantity: out('quantity', decimalText),
  unitPrice: out('price', decimalText),
}))

/** One line that a person in Tryton reads first: the number the buyer knows and what he asked for. */
function describe(order: Order): string {
  const comment = order.customerComment?.replaceAll(/\s+/g, ' ').trim() ?? ''
  return comment === '' ? `№ ${order.number}` : `№ ${order.number}: ${comment}`
}

function customerOf(order: Order, settings: TrytonSettings): SaleCustomer {
  const { name, email, phone, address, zip } = order.customer
  return { code: settings.customerPrefix + customerKey(order), name, email, phone, address, zip }
}

/** Guests have no id: the same e-mail or phone is the same buyer. Hashed, for codes are printed on papers. */
function customerKey(order: Order): string {
  const { id, email, phone } = order.customer
  if (id !== null) return id
  const contact = email?.trim().toLowerCase() || phone?.replaceAll(/\D/g, '')
  if (contact === undefined || contact === '') return `order-${order.id}`
  return `guest-${createHash('sha256').update(contact).digest('hex').slice(0, 16)}`
}
