import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { orderSamples } from '@mufta/testing'
import { Cli, cli, json } from './helpers/cli.ts'
import { startPlace } from './helpers/place.ts'

const ORDERS = 120

describe('mufta sync', () => {
  it('stopped by Ctrl+C and by kill −9 it goes on where it was, and no order is doubled', async (t) => {
    // Slow enough to be stopped in the middle: each pack of orders takes its time.
    const { folder, portal, crm } = await startPlace(t, { crm: { latencyMs: 150 } })
    for (const sample of orderSamples(ORDERS, 11)) portal.placeOrder(sample)
    const stopped = await interrupted(folder, () => crm.orders().length > 0, 'SIGINT')
    assert.equal(stopped.code, 1)
    assert.match(stopped.stdout, /Stopped\. Run the same command again/)
    const afterStop = crm.orders().length
    const killed = await interrupted(folder, () => crm.orders().length > afterStop, 'SIGKILL')
    assert.equal(killed.code, null)
    crm.latencyMs = 0
    const ended = await cli(folder, ['sync', '--json'])
    assert.equal(ended.code, 0, ended.stderr)
    assert.equal(json(ended)['finished'], true)
    const ids = crm.orders().map(({ externalId }) => externalId)
    assert.equal(ids.length, ORDERS)
    assert.equal(new Set(ids).size, ORDERS)
  })

  it('killed before an answer came it doubles no order, though its site leads to another shop of the CRM now', async (t) => {
    const { folder, portal, crm, configure } = await startPlace(t, {
      crm: { latencyMs: 300, sites: ['shop-ru', 'shop-kz'] },
    })
    for (const sample of orderSamples(ORDERS, 5)) portal.placeOrder(sample)
    configure({ settings: { site: 'shop-ru', sites: { s1: 'shop-ru' } } })
    const killed = await interrupted(folder, () => crm.orders().length > 0, 'SIGKILL')
    assert.equal(killed.code, null)
    crm.latencyMs = 0
    configure({ settings: { site: 'shop-ru', sites: { s1: 'shop-kz' } } })
    const ended = await cli(folder, ['sync', '--json'])
    assert.equal(ended.code, 0, ended.stderr)
    const ids = crm.orders().map(({ externalId }) => externalId)
    assert.equal(ids.length, ORDERS)
    assert.equal(new Set(ids).size, ORDERS)
    assert.equal(new Set(crm.orders().map(({ site }) => site)).size, 2, 'some before, some after')
  })

  it('shows its progress and ends with what is left to do', async (t) => {
    const { folder, portal, crm } = await startPlace(t)
    for (const sample of orderSamples(10, 3)) portal.placeOrder(sample)
    const { code, stdout } = await cli(folder, ['sync'], { MUFTA_LANG: 'ru' })
    assert.equal(code, 0)
    assert.match(stdout, /█.* %/)
    assert.match(stdout, /Готово: все заказы одинаковы на обеих сторонах/)
    assert.equal(crm.orders().length, 10)
    const edited = crm.stats.ordersEdited
    assert.equal((await cli(folder, ['sync'])).code, 0, 'a second time')
    assert.equal(crm.stats.ordersEdited, edited, 'writes nothing')
  })
})

async function interrupted(folder: string, isTime: () => boolean, signal: NodeJS.Signals) {
  const running = new Cli(folder, ['sync'])
  const deadline = Date.now() + 20_000
  while (!isTime()) {
    assert.ok(
      Date.now() < deadline && running.child.exitCode === null,
      `ended before its time: ${running.stderr}`,
    )
    await sleep(5)
  }
  return running.end(signal)
}
