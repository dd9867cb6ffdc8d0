import assert from 'node:assert/strict'
import { money, type Order } from '@mufta/kit'
import type { SystemUnderTest } from '@mufta/testing/acceptance'
import { LosingProxy } from './losing-proxy.ts'
import { sampleItem, sampleOrder } from './sample-order.ts'
import { startTryton, type Tryton } from './tryton-server.ts'
import { paymentTerm, products } from './tryton-setup.ts'

/** One server for all tests: each gets orders of its own, so that it need not be a fresh one. */
export class SharedTryton {
  #started: Promise<readonly [Tryton, LosingProxy]> | undefined
  #round = 0

  async system(): Promise<SystemUnderTest> {
    this.#started ??= start()
    const [{ database, user, password, staff }, proxy] = await this.#started
    const settings = { url: `http://${proxy.host}`, database, user, password, paymentTerm }
    const reference = (order: Order) => [['reference', '=', order.id]]
    return {
      settings,
      secrets: [password, 'wrong-5772'],
      wrongKey: { ...settings, password: 'wrong-5772' },
      allowHosts: [proxy.host],
      orders: ordersOf(++this.#round),
      copies: (order) => staff.call<number>('model.sale.sale.search_count', reference(order)),
      see: async (order) => {
        const fields = ['state', 'total_amount']
        const [sale] = await staff.call<readonly SaleSeen[]>(
          'model.sale.sale.search_read',
          reference(order),
          0,
          1,
          null,
          fields,
        )
        return sale === undefined ? null : { status: sale.state, total: sale.total_amount.decimal }
      },
      changeStatus: async (order, state) => {
        assert.equal(state, 'processing')
        await staff.call('model.sale.sale.confirm', [await staff.one('sale.sale', reference(order))])
      },
      loseNextAnswer: () => {
        proxy.loseAnswerOf = 'model.sale.sale.create'
      },
      close: () => Promise.resolve(),
    }
  }

  async close(): Promise<void> {
    if (this.#started === undefined) return
    const [server, proxy] = await this.#started
    await proxy[Symbol.asyncDispose]()
    await server.close()
  }
}

interface SaleSeen {
  readonly state: string
  readonly total_amount: { readonly decimal: string }
}

async function start(): Promise<readonly [Tryton, LosingProxy]> {
  const server = await startTryton()
  assert.ok(server)
  return [server, await LosingProxy.start(server.host)]
}

function ordersOf(round: number): readonly Order[] {
  const id = (index: number) => String(9000 + round * 10 + index)
  const cable = { productXmlId: products.cable.code, price: money('33.33', 'RUB') }
  return [
    sampleOrder(id(1)),
    sampleOrder(id(2), {
      total: money('366.65', 'RUB'),
      items: [
        sampleItem('1', { ...cable, quantity: '0.5', name: 'Кабель "ёж" 🦔 <b>&amp;' }),
        sampleItem('2', { ...cable, quantity: '1.25', vatIncluded: false }),
      ],
    }),
  ]
}
