import { startRetailCrm } from '@mufta/testing'
import { sampleOrders, testConnector } from '@mufta/testing/acceptance'
import connector from '../src/index.ts'

const WRONG_KEY = 'wrong-key-of-the-test'

// What every connector must do, against the strict simulated account.
testConnector(connector, {
  statuses: [
    ['N', 'new'],
    ['F', 'complete'],
  ],
  shop: { statuses: ['N', 'F'], paymentTypes: ['2'], deliveryTypes: ['2'] },
  start: async () => {
    const crm = await startRetailCrm()
    const settings = {
      url: crm.url,
      apiKey: crm.apiKey,
      statuses: { N: 'new', F: 'complete' },
      paymentTypes: { '2': 'bank-card' },
      deliveryTypes: { '2': 'courier' },
    }
    return {
      settings,
      secrets: [crm.apiKey, WRONG_KEY],
      wrongKey: { ...settings, apiKey: WRONG_KEY },
      allowHosts: ['127.0.0.1:*'],
      // Guests: an order is one request, so that the lost answer is the order's.
      orders: sampleOrders('N').map((order) => ({ ...order, customer: { ...order.customer, id: null } })),
      copies: ({ id }) => crm.orders().filter(({ externalId }) => externalId === id).length,
      see: ({ id }) => {
        const order = crm.order(id)
        return order === null ? null : { status: order.status, total: order.totalSumm }
      },
      changeStatus: ({ id }, status) => void crm.userEdit(id, { status }),
      loseNextAnswer: () => {
        const draws = [0, 0]
        crm.faults.kinds = ['reset-after']
        crm.faults.rate = 0.5
        crm.faults.random = () => draws.shift() ?? 0.99
      },
      close: () => crm.close(),
    }
  },
})
