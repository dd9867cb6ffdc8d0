import { decimal, withVat, type BasketItem, type Order, type Payment, type Shipment } from '@mufta/kit'
import fc from 'fast-check'
import { settingsSchema, type RetailCrmSettings } from '../src/settings.ts'

export const apiKey = 'sentinel-key-5d41402abc4b2a76'

export function settings(change: Record<string, unknown> = {}): RetailCrmSettings {
  return settingsSchema.parse({
    url: 'https://demo.retailcrm.ru',
    apiKey,
    site: 'shop-ru',
    statuses: { N: 'new', P: 'client-confirmed', A: 'assembling', D: 'delivering', F: 'complete' },
    paymentTypes: { '2': 'cash', '3': 'bank-card' },
    deliveryTypes: { '2': 'courier', '3': 'self-delivery' },
    ...change,
  })
}

const rub = (amount: string) => ({ amount, currency: 'RUB' })

export function item(change: Partial<BasketItem> = {}): BasketItem {
  return {
    id: '1893',
    productId: '4501',
    productXmlId: 'd3f1c3a0-0001',
    name: 'Футболка',
    quantity: '2',
    price: rub('1791'),
    basePrice: rub('1990'),
    discount: rub('199'),
    vatRate: '20',
    vatIncluded: true,
    measureCode: '796',
    measureName: 'шт',
    properties: [{ code: 'size', name: 'Размер', value: 'M' }],
    ...change,
  }
}

export function payment(change: Partial<Payment> = {}): Payment {
  return {
    id: '771',
    number: '1024/1',
    paySystemId: '3',
    paySystemName: 'Банковская карта',
    sum: rub('3882'),
    paid: false,
    paidAt: null,
    isReturn: false,
    xmlId: null,
    ...change,
  }
}

export function shipment(change: Partial<Shipment> = {}): Shipment {
  return {
    id: '660',
    number: '1024/2',
    deliveryId: '2',
    deliveryName: 'Курьер',
    status: 'DN',
    price: rub('300'),
    allowDelivery: false,
    deducted: false,
    canceled: false,
    trackingNumber: null,
    storeId: null,
    items: [],
    ...change,
  }
}

/** The order of the fixtures, as the shop tells it. */
export function order(change: Partial<Order> = {}): Order {
  return {
    id: '1024',
    number: '1024',
    siteId: 's1',
    xmlId: null,
    version: 1,
    createdAt: '2026-05-14T18:03:27+03:00',
    updatedAt: '2026-05-14T18:03:27+03:00',
    status: 'N',
    canceled: false,
    cancelReason: null,
    paid: false,
    personType: '1',
    total: rub('3882'),
    discount: rub('0'),
    tax: null,
    customer: {
      id: '57',
      email: 'ivan@example.com',
      phone: '+74950000001',
      name: 'Покупатель Иван Петрович',
      address: 'ул. Ленина, д. 1, кв. 12',
      zip: '101000',
    },
    customerComment: 'Позвоните за час',
    managerComment: null,
    items: [item()],
    properties: [],
    payments: [payment()],
    shipments: [shipment()],
    ...change,
  }
}

/** What the shop asks the buyer for: each line rounded to kopecks, and delivery. */
export function shopTotal(items: readonly BasketItem[], delivery: string): string {
  const lines = items.map((one) =>
    decimal.round(decimal.multiply(withVat(one, one.price).amount, one.quantity), 2),
  )
  return decimal.sum([...lines, delivery])
}

const amount = (most: number) =>
  fc.integer({ min: 0, max: most * 100 }).map((kopecks) => decimal.divide(String(kopecks), '100'))
/** Shops keep four decimals of a unit price that a discount has made uneven. */
const unevenPrice = fc
  .integer({ min: 1, max: 50_000_0000 })
  .map((parts) => decimal.divide(String(parts), '10000'))
const quantity = fc.oneof(
  fc.integer({ min: 1, max: 40 }).map(String),
  fc.integer({ min: 1, max: 20_000 }).map((thousandths) => decimal.divide(String(thousandths), '1000')),
)

export const anyItem: fc.Arbitrary<BasketItem> = fc
  .record({
    id: fc.integer({ min: 1, max: 1_000_000 }).map(String),
    price: fc.oneof(unevenPrice, amount(50_000)),
    discount: fc.oneof(
      fc.constant('0'),
      unevenPrice,
      amount(2000).map((value) => decimal.subtract('0', value)),
    ),
    quantity,
    vatRate: fc.constantFrom(null, '0', '5', '10', '20', '22'),
    vatIncluded: fc.boolean(),
  })
  .map(({ price, discount, ...rest }) =>
    item({
      ...rest,
      price: rub(price),
      discount: rub(discount),
      basePrice: rub(decimal.add(price, discount)),
    }),
  )

/** Orders whose total is the sum of rounded lines, or rounded once, or lowered or raised as a whole by the shop. */
export const anyOrder: fc.Arbitrary<Order> = fc
  .record({
    items: fc.uniqueArray(anyItem, { minLength: 0, maxLength: 8, selector: (one) => one.id }),
    delivery: amount(3000),
    adjust: fc.oneof(
      fc.constant('none' as const),
      fc.constant('round-once' as const),
      fc.constant('lower' as const),
      fc.constant('raise' as const),
    ),
    by: amount(500),
  })
  .map(({ items, delivery, adjust, by }) => {
    const exact = decimal.sum(
      items.map((one) => decimal.multiply(withVat(one, one.price).amount, one.quantity)),
    )
    const goods = adjust === 'round-once' ? decimal.round(exact, 2) : shopTotal(items, '0')
    const lowered =
      adjust === 'lower' && decimal.compare(by, goods) <= 0 ? decimal.subtract(goods, by) : goods
    const shifted = adjust === 'raise' ? decimal.add(goods, by) : lowered
    const made = order({
      items,
      shipments: [shipment({ price: rub(delivery) })],
      total: rub(decimal.add(shifted, delivery)),
    })
    return { ...made, payments: [payment({ sum: made.total })] }
  })
