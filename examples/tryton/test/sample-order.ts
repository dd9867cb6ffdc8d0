import { money, type BasketItem, type Order } from '@mufta/kit'
import { products } from './tryton-setup.ts'

/** Two shirts and delivery: 4280.00 RUB, as in the captured exchange. */
export function sampleOrder(id: string, changes: Partial<Order> = {}): Order {
  return {
    id,
    number: `A-${id}`,
    siteId: 's1',
    xmlId: null,
    version: null,
    createdAt: '2026-11-20T10:00:00+03:00',
    updatedAt: '2026-11-20T10:00:00+03:00',
    status: 'N',
    canceled: false,
    cancelReason: null,
    paid: false,
    personType: '1',
    total: money('4280.00', 'RUB'),
    discount: money('0', 'RUB'),
    tax: null,
    customer: {
      id: '17',
      email: 'buyer@example.com',
      phone: '+7 900 000-00-00',
      name: 'Покупатель',
      address: 'Тестовая улица, 1',
      zip: '101000',
    },
    customerComment: null,
    managerComment: null,
    items: [
      sampleItem('501', { productXmlId: products.shirt.code, quantity: '2', price: money('1990.00', 'RUB') }),
    ],
    properties: [],
    payments: [],
    shipments: [
      {
        id: '1',
        number: '1',
        deliveryId: '2',
        deliveryName: 'Курьер',
        status: 'DN',
        price: money('300.00', 'RUB'),
        allowDelivery: false,
        deducted: false,
        canceled: false,
        trackingNumber: null,
        storeId: null,
        items: [{ basketItemId: '501', quantity: '2' }],
      },
    ],
    ...changes,
  }
}

export function sampleItem(id: string, changes: Partial<BasketItem> = {}): BasketItem {
  return {
    id,
    productId: '77',
    productXmlId: null,
    name: 'Футболка',
    quantity: '1',
    price: money('100.00', 'RUB'),
    basePrice: money('100.00', 'RUB'),
    discount: money('0', 'RUB'),
    vatRate: '20',
    vatIncluded: true,
    measureCode: '796',
    measureName: 'шт',
    properties: [],
    ...changes,
  }
}
