import { testConnector } from '@mufta/testing/acceptance'
import connector from '../src/index.ts'
import type { AcmeOrder } from '../src/wire.ts'
import { AcmeServer } from './acme-server.ts'

testConnector(connector, {
  statuses: [
    ['N', 'new'],
    ['F', 'done'],
  ],
  shop: { statuses: ['N', 'F'] },
  start: async () => {
    const server = new AcmeServer()
    const url = await server.start()
    const settings = { url, apiKey: server.key, statuses: { N: 'new', F: 'done' } }
    const of = (shopId: string): AcmeOrder[] =>
      [...server.orders.values()].filter((order) => order.externalId === shopId)
    return {
      settings,
      secrets: [server.key, 'wrong-key-of-the-test'],
      wrongKey: { ...settings, apiKey: 'wrong-key-of-the-test' },
      allowHosts: ['127.0.0.1:*'],
      copies: ({ id }) => of(id).length,
      see: ({ id }) => {
        const [order] = of(id)
        return order === undefined ? null : { status: order.statusId, total: order.total }
      },
      changeStatus: ({ id }, statusId) => void server.edit((of(id)[0] as AcmeOrder).id, { statusId }, 'user'),
      loseNextAnswer: () => {
        server.loseNextAnswer = true
      },
      close: () => server.close(),
    }
  },
})
