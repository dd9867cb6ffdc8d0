import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { startRuntime, type Runtime } from '@mufta/runtime'
import { orderSamples, startPortal, type OrderInput, type SimulatedPortal } from '@mufta/testing'
import { paymentTerm } from '../examples/tryton/test/tryton-setup.ts'
import { skipTryton, startTryton, type Tryton } from '../examples/tryton/test/tryton-server.ts'
import { loadConfig } from '../packages/mufta/src/config/load.ts'
import { openConnections, openLog, openStore } from '../packages/mufta/src/config/open.ts'
import { prepareConnections } from '../packages/mufta/src/config/prepare.ts'
import type { ConfigInput } from '../packages/mufta/src/config/schema.ts'
import { until } from './helpers/wait.ts'

const CONNECTOR = fileURLToPath(new URL('../examples/tryton/src/index.ts', import.meta.url))
const NAME = 'shop-erp'
const ORDERS = 8
const LIMIT_MS = 60_000

interface Sale {
  readonly id: number
  readonly reference: string
  readonly state: string
  readonly total_amount: { readonly decimal: string }
}

describe('a shop and a real ERP', { skip: skipTryton, timeout: 180_000 }, () => {
  it('orders go in once and exact, are confirmed in the ERP, and their states come back', async (t) => {
    const erp = await startTryton()
    assert.ok(erp)
    t.after(() => erp.close())
    const portal = await startPortal({ limits: false })
    t.after(() => portal.close())
    const runtime = await startMufta(t, portal, erp)
    portal.setOutgoingWebhook({ url: `${String(runtime.url)}/hooks/${NAME}/site` })

    const placed = fitting().map((sample) => portal.placeOrder({ ...sample, statusId: 'N' }))
    const quoted = async () => (await sales(erp)).filter((sale) => sale.state === 'quotation').length
    await until('all orders are quoted in the ERP', async () => (await quoted()) >= ORDERS, LIMIT_MS)
    for (const id of placed) {
      const copies: readonly Sale[] = (await sales(erp)).filter((sale) => sale.reference === String(id))
      assert.equal(copies.length, 1, `order ${id} once`)
      assert.equal(
        Number(copies[0]?.total_amount.decimal),
        Number(portal.order(id)?.['price']),
        `total of ${id}`,
      )
    }

    const [first, second] = placed as [number, number]
    await press(erp, first, 'confirm')
    await press(erp, second, 'cancel')
    await until('the confirmed state came back', () => portal.order(first)?.['statusId'] === 'P', LIMIT_MS)
    await until('the cancelled state came back', () => portal.order(second)?.['canceled'] === 'Y', LIMIT_MS)
    assert.equal((await sales(erp)).length, ORDERS)
    assert.deepEqual(runtime.store.deadJobs({}), [])
  })
})

/** Orders whose quantities this ERP's unit of measure can hold (two decimals), and that a shop lets be cancelled. */
function fitting(): readonly OrderInput[] {
  const fits = ({ items = [], payments = [] }: OrderInput) =>
    items.every((item) => /^\d+(\.\d{1,2})?$/.test(String(item.quantity ?? 1))) &&
    payments.every((payment) => payment.paid !== true)
  return orderSamples(80, 11).filter(fits).slice(0, ORDERS)
}

async function startMufta(t: TestContext, portal: SimulatedPortal, erp: Tryton): Promise<Runtime> {
  const folder = mkdtempSync(join(tmpdir(), 'mufta-e2e-tryton-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  writeFileSync(join(folder, 'mufta.config.json'), JSON.stringify(configOf(portal, erp)))
  const loaded = await loadConfig(folder, {})
  const prepared = await prepareConnections(loaded)
  const log = openLog(loaded, prepared, () => undefined)
  const store = await openStore(loaded, 'runtime')
  const runtime = await startRuntime({
    store,
    connections: openConnections({ loaded, store, log }, prepared),
    log,
    http: loaded.config.http,
    backoff: { firstMs: 20, maxMs: 500, settleMs: 50 },
  })
  t.after(async () => {
    await runtime.stop({ deadlineMs: 2_000 })
    await store.close()
  })
  return runtime
}

function configOf(portal: SimulatedPortal, erp: Tryton): ConfigInput {
  const { database, user, password } = erp
  return {
    store: 'sqlite:./mufta.db',
    http: { host: '127.0.0.1', port: 0 },
    security: { allowHosts: ['127.0.0.1:*'] },
    connections: {
      [NAME]: {
        site: { kind: 'rest', webhook: portal.webhook, applicationToken: portal.applicationToken },
        connector: CONNECTOR,
        // The sampled baskets hold products that this ERP does not know: their lines go without a product.
        settings: {
          url: erp.url,
          database,
          user,
          password,
          paymentTerm,
          missingProduct: 'line',
          pollSeconds: 1,
        },
      },
    },
  }
}

function sales(erp: Tryton): Promise<readonly Sale[]> {
  const fields = ['reference', 'state', 'total_amount']
  return erp.staff.call<readonly Sale[]>('model.sale.sale.search_read', [], 0, null, null, fields)
}

async function press(erp: Tryton, order: number, button: 'confirm' | 'cancel'): Promise<void> {
  await erp.staff.call(`model.sale.sale.${button}`, [
    await erp.staff.one('sale.sale', [['reference', '=', String(order)]]),
  ])
}
