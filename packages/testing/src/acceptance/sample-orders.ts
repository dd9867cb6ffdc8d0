import { money, type BasketItem, type Order } from '@mufta/kit'

const RUB = 'RUB'

/** Orders in the shop's model that a connector must carry exactly: discounts, VAT outside the price, fractions, odd names. */
export function sampleOrders(status = 'N'): readonly Order[] {
  return [
    order('7001', status, { total: '1500', items: [item('1', { price: '1500', base: '1500' })] }),
    order('7002', status, {
      total: '4082.01',
      delivery: '299.99',
      items: [
        item('1', { price: '1791.01', base: '1990.01', discount: '199', quantity: '2', vat: '20' }),
        item('2', { name: 'Гвозди "ёж" 🦔 <b>&amp;', price: '160', base: '160', quantity: '1.25' }),
      ],
    }),
    order('7003', status, {
      total: '1200',
      items: [item('1', { price: '1000', base: '1000', vat: '20', vatIncluded: false })],
      name: "О'Коннор Анна-Мария",
      email: null,
    }),
  ]
}

interface ItemShape {
  readonly name?: string
  readonly price: string
  readonly base: string
  readonly discount?: string
  readonly quantity?: string
  readonly vat?: string | null
  readonly vatIncluded?: boolean
}

interface OrderShape {
  readonly total: string
  readonly items: readonly BasketItem[]
  readonly delivery?: string
  readonly name?: string
  readonly email?: string | null
}

function item(id: string, shape: ItemShape): BasketItem {
  return {
    id: `9${id}`,
    productId: `45${id}`,
    productXmlId: `xml-45${id}`,
    name: shape.name ?? 'Футболка',
    quantity: shape.quantity ?? '1',
    price: money(shape.price, RUB),
    basePrice: money(shape.base, RUB),
    discount: money(shape.discount ?? '0', RUB),
    vatRate: shape.vat ?? null,
    vatIncluded: shape.vatIncluded ?? true,
    measureCode: '796',
    measureName: 'шт',
    properties: [],
  }
}

function order(id: string, status: string, shape: OrderShape): Order {
  return {
    id,
    number: `N-${id}`,
    siteId: 's1',
    xmlId: `bx_${id}`,
    version: 1,
    createdAt: '2026-11-20T10:00:00+03:00',
    updatedAt: '2026-11-20T10:00:05+03:00',
    status,
    canceled: false,
    cancelReason: null,
    paid: false,
    personType: '1',
    total: money(shape.total, RUB),
    discount: money('0', RUB),
    tax: null,
    customer: {
      id: `57${id}`,
      email: shape.email === undefined ? `buyer${id}@example.com` : shape.email,
      phone: '+74950000001',
      name: shape.name ?? 'Покупатель Иван Петрович',
      address: 'ул. Ленина, д. 1, кв. 12',
      zip: '101000',
    },
    customerComment: 'Позвоните за час',
    managerComment: null,
    items: shape.items,
    properties: [],
    payments: [
      {
        id: `77${id}`,
        number: `${id}/1`,
        paySystemId: '2',
        paySystemName: 'Банковская карта',
        sum: money(shape.total, RUB),
        paid: false,
        paidAt: null,
        isReturn: false,
        xmlId: null,
      },
    ],
    shipments: [
      {
        id: `88${id}`,
        number: `${id}/2`,
        deliveryId: '2',
        deliveryName: 'Курьер',
        status: 'DN',
        price: money(shape.delivery ?? '0', RUB),
        allowDelivery: false,
        deducted: false,
        canceled: false,
        trackingNumber: null,
        storeId: null,
        items: [],
      },
    ],
  }
}
