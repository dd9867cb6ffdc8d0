import { z } from 'zod'

const entry = z.strictObject({
  /** Key of the row array inside `result`; "" = `result` itself is the array. */
  rows: z.string(),
  /** The id as filter, order and select spell it. */
  id: z.string().min(1).default('id'),
  /** The id inside a row, where it differs. */
  rowId: z.string().min(1).optional(),
  /** Fields the method demands in `select`. */
  alsoSelect: z.array(z.string()).default([]),
  /** Operator of "one of these ids". */
  oneOf: z.enum(['@', '']).default('@'),
  /** false = the method returns everything at once and knows no `start`. */
  paged: z.boolean().default(true),
})

export type ListMethod = z.output<typeof entry>

const upper = { rows: '', id: 'ID' }

/**
 * Where list methods keep their rows and how they spell the id. Bitrix24 REST docs: read out of the example answers
 * of each page; unverified on a live portal.
 */
const DATA: Readonly<Record<string, z.input<typeof entry>>> = {
  'crm.deal.list': upper,
  'crm.lead.list': upper,
  'crm.contact.list': upper,
  'crm.company.list': upper,
  'crm.status.list': { ...upper, paged: false },
  'crm.item.list': { rows: 'items' },
  'crm.item.productrow.list': { rows: 'productRows' },
  'crm.orderentity.list': { rows: 'orderEntity', id: 'orderId' },
  'crm.category.list': { rows: 'categories', paged: false },
  'crm.type.list': { rows: 'types' },
  'userfieldconfig.list': { rows: 'fields' },
  'sale.order.list': { rows: 'orders' },
  'sale.basketitem.list': { rows: 'basketItems' },
  'sale.basketproperties.list': { rows: 'basketProperties' },
  'sale.propertyvalue.list': { rows: 'propertyValues' },
  'sale.property.list': { rows: 'properties' },
  'sale.shipmentproperty.list': { rows: 'properties' },
  'sale.payment.list': { rows: 'payments' },
  'sale.shipment.list': { rows: 'shipments' },
  'sale.shipmentitem.list': { rows: 'shipmentItems' },
  'sale.paymentitembasket.list': { rows: 'paymentItemsBasket' },
  'sale.paymentitemshipment.list': { rows: 'paymentItemsShipment' },
  // Its ids are letters: no windows over them.
  'sale.status.list': { rows: 'statuses', paged: false },
  'sale.statuslang.list': { rows: 'statusLangs', id: 'statusId', paged: false },
  'sale.statuslang.getlistlangs': { rows: 'langs', id: 'lid', paged: false },
  'sale.persontype.list': { rows: 'personTypes' },
  'sale.tradebinding.list': { rows: 'tradeBindings' },
  'sale.tradeplatform.list': { rows: 'tradePlatforms' },
  'sale.paysystem.list': { ...upper, paged: false },
  'sale.delivery.getlist': { ...upper, paged: false },
  'sale.cashbox.list': { ...upper, paged: false },
  'catalog.product.list': { rows: 'products', alsoSelect: ['iblockId'] },
  'catalog.product.offer.list': { rows: 'offers', alsoSelect: ['iblockId'] },
  'catalog.product.sku.list': { rows: 'units', alsoSelect: ['iblockId'] },
  'catalog.product.service.list': { rows: 'services', alsoSelect: ['iblockId'] },
  'catalog.price.list': { rows: 'prices' },
  'catalog.store.list': { rows: 'stores' },
  'catalog.storeproduct.list': { rows: 'storeProducts' },
  'catalog.catalog.list': { rows: 'catalogs', id: 'iblockId', paged: false },
  'tasks.task.list': { rows: 'tasks', id: 'ID', rowId: 'id', oneOf: '' },
  'event.offline.list': upper,
}

const TABLE: ReadonlyMap<string, ListMethod> = new Map(
  Object.entries(DATA).map(([name, raw]) => [name, entry.parse(raw)]),
)

/** What is known of a list method; the server ignores case, so does this. */
export function knownListMethod(method: string): ListMethod | undefined {
  return TABLE.get(method.toLowerCase())
}
