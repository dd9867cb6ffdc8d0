import { decimal, type Decimal } from '@mufta/kit'
import type { Cause } from './event-hub.ts'
import type { OrderBook } from './order-book.ts'
import { amountOf, orderTotals } from './order-money.ts'
import { int, text, type Row } from './rows.ts'

export interface ItemInput {
  readonly name: string
  /** @default '1' */
  readonly quantity?: Decimal | number
  /** One unit after discount, net of VAT when `vatIncluded` is false. */
  readonly price: Decimal
  /** @default price */
  readonly basePrice?: Decimal
  /** 0 = unknown to the site. @default 0 */
  readonly productId?: number
  readonly productXmlId?: string
  /** "20"; null = no VAT. @default null */
  readonly vatPercent?: Decimal | null
  /** @default true */
  readonly vatIncluded?: boolean
  readonly measureCode?: string
  readonly measureName?: string
  /** Store in which the whole quantity is reserved. @default not reserved */
  readonly storeId?: number
  readonly properties?: readonly { readonly code: string; readonly name: string; readonly value: string }[]
}

export interface ShipmentInput {
  /** @default 2 */
  readonly deliveryId?: number
  /** @default '0' */
  readonly price?: Decimal
  readonly statusId?: string
  readonly allowDelivery?: boolean
  readonly deducted?: boolean
  readonly trackingNumber?: string
}

export interface PaymentInput {
  /** @default 1 */
  readonly paySystemId?: number
  /** @default what the payments before it left of the total */
  readonly sum?: Decimal
  readonly paid?: boolean
}

/** What a buyer orders. Everything has a sensible default. */
export interface OrderInput {
  /** 1 individual, 2 legal person. @default 1 */
  readonly personTypeId?: number
  readonly userId?: number
  readonly siteId?: string
  readonly statusId?: string
  /** Number shown to people. @default the id */
  readonly number?: string
  readonly xmlId?: string
  /** The buyer's comment (`userDescription`). */
  readonly comment?: string
  /** The manager's comment (`comments`). */
  readonly managerComment?: string
  /** By property id. @default name, e-mail and phone of a made-up buyer */
  readonly properties?: Readonly<Record<string, string | readonly string[] | null>>
  /** @default one T-shirt for 1990.00 */
  readonly items?: readonly ItemInput[]
  /** @default one, free */
  readonly shipments?: readonly ShipmentInput[]
  /** @default one of the whole sum, unpaid */
  readonly payments?: readonly PaymentInput[]
  /** An agent's change carries no tokens in its events. @default 'user' */
  readonly by?: 'user' | 'agent'
}

const DEFAULT_ITEMS: readonly ItemInput[] = [
  { name: 'Футболка «Огонь»', price: '1990.00', productId: 348, vatPercent: '20' },
]

/** Puts a whole order into the book, saved once, as the site's checkout does. Returns its id. */
export function placeOrder(book: OrderBook, input: OrderInput): number {
  const id = book.addOrder(orderFields(input))
  for (const item of input.items ?? DEFAULT_ITEMS) addItem(book, id, item)
  const shipments = (input.shipments ?? [{}]).map((shipment) => addShipment(book, id, shipment))
  if (shipments[0] !== undefined) book.fillShipment(shipments[0])
  const { price } = orderTotals(book.items.ownedRows(id), book.shipments.ownedRows(id))
  let left = price
  const payments = (input.payments ?? [{}]).map((payment) => {
    const sum = payment.sum ?? left
    left = decimal.subtract(left, sum)
    return book.addPayment(id, paymentFields({ paySystemId: 1, ...payment, sum }))
  })
  const values = book.setValues(id, propertyValues(input))
  book.save(id, causeOf(input.by), { payments, shipments, values, money: true })
  return id
}

export function causeOf(by: 'user' | 'agent' | undefined): Cause {
  return { kind: by ?? 'user' }
}

export function addItem(book: OrderBook, orderId: number, input: ItemInput): number {
  const id = book.addItem(orderId, itemFields(input))
  const item = book.items.get(id)
  if (item !== undefined && input.properties !== undefined) {
    item['properties'] = input.properties.map((property, index) => ({
      basketId: id,
      code: property.code,
      id: id * 10 + index,
      name: property.name,
      sort: 100,
      value: property.value,
      xmlId: `bx_basket_property_${id}_${index}`,
    }))
  }
  if (item !== undefined && input.storeId !== undefined) book.reserve(item, input.storeId)
  return id
}

function addShipment(book: OrderBook, orderId: number, input: ShipmentInput): number {
  return book.addShipment(orderId, shipmentFields({ deliveryId: 2, price: '0', ...input }))
}

export function shipmentFields(input: ShipmentInput): Row {
  return defined({
    deliveryId: input.deliveryId,
    basePriceDelivery: input.price === undefined ? undefined : Number(input.price),
    priceDelivery: input.price === undefined ? undefined : Number(input.price),
    statusId: input.statusId,
    allowDelivery: flag(input.allowDelivery),
    deducted: flag(input.deducted),
    trackingNumber: input.trackingNumber,
  })
}

export function paymentFields(input: PaymentInput): Row {
  return defined({
    paySystemId: input.paySystemId,
    sum: input.sum === undefined ? undefined : Number(input.sum),
    paid: flag(input.paid),
  })
}

export function flag(value: boolean | undefined): 'Y' | 'N' | undefined {
  if (value === undefined) return undefined
  return value ? 'Y' : 'N'
}

/** Without the fields nobody gave: `undefined` must not overwrite. */
export function defined(fields: Row): Row {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}

function itemFields(input: ItemInput): Row {
  const basePrice = input.basePrice ?? input.price
  const productId = input.productId ?? 0
  const vatPercent = input.vatPercent ?? null
  return defined({
    name: input.name,
    quantity: Number(input.quantity ?? 1),
    price: Number(input.price),
    basePrice: Number(basePrice),
    discountPrice: Number(decimal.subtract(amountOf(basePrice), amountOf(input.price))),
    productId,
    productXmlId: input.productXmlId ?? (productId === 0 ? '' : String(1_000_000_000 + productId)),
    vatRate: vatPercent === null ? null : Number(decimal.divide(vatPercent, '100')),
    vatIncluded: flag(input.vatIncluded ?? true),
    measureCode: input.measureCode,
    measureName: input.measureName,
  })
}

function orderFields(input: OrderInput): Row {
  return defined({
    personTypeId: input.personTypeId,
    userId: input.userId,
    lid: input.siteId,
    statusId: input.statusId,
    accountNumber: input.number,
    xmlId: input.xmlId,
    userDescription: input.comment,
    comments: input.managerComment,
  })
}

function propertyValues(input: OrderInput): { orderPropsId: number; value: unknown }[] {
  if (input.properties !== undefined) {
    return Object.entries(input.properties).map(([id, value]) => ({ orderPropsId: int(id), value }))
  }
  const made: Readonly<Record<string, string>> =
    input.personTypeId === 2
      ? {
          '20': 'ООО «Ромашка»',
          '21': '7701234567',
          '23': 'Анна Смирнова',
          '24': 'buh@example.com',
          '25': '+74950000000',
        }
      : { '1': 'Иван Петров', '2': 'ivan.petrov@example.com', '3': '+79000000000' }
  return Object.entries(made).map(([id, value]) => ({ orderPropsId: int(id), value: text(value) }))
}
