import assert from 'node:assert/strict'
import { test } from 'node:test'
import { shopDictionaries } from '@mufta/kit'
import { FindingWords } from '../acceptance/finding-words.ts'
import { placed } from './orders.ts'
import type { Road } from './road.ts'

export function testLooking(road: Road): void {
  test('the site checks out, and its dictionaries name what its orders use', async (context) => {
    const site = await road.open(context)
    const order = await placed(site)

    const wrong = (await site.shop.check()).filter(({ level }) => level !== 'ok')
    const names = await site.shop.dictionaries()

    assert.deepEqual(wrong, [])
    const codes = (entries: readonly { code: string }[]): string[] => entries.map(({ code }) => code)
    assert.ok(codes(names.statuses).includes(order.status))
    assert.ok(codes(names.shipmentStatuses).includes(order.shipments[0]?.status ?? ''))
    assert.ok(codes(names.paymentTypes).includes(order.payments[0]?.paySystemId ?? ''))
    assert.ok(codes(names.deliveryTypes).includes(order.shipments[0]?.deliveryId ?? ''))
    assert.ok(codes(names.personTypes).includes(order.personType))
    assert.deepEqual(codes(names.sites), [order.siteId])
  })

  test('the dictionaries have the names that people know, and no entry twice', async (context) => {
    const site = await road.open(context)
    await placed(site)
    const names = await site.shop.dictionaries()

    assert.deepEqual(
      names.statuses.find(({ code }) => code === 'N'),
      { code: 'N', name: 'Принят', active: true },
    )
    assert.deepEqual(
      names.shipmentStatuses.map(({ code }) => code),
      ['DN', 'DD', 'DF'],
    )
    assert.deepEqual(
      names.deliveryTypes.map(({ code, name }) => `${code} ${name}`),
      ['1 Без доставки', '2 Курьер', '3 Самовывоз', '4 СДЭК до пункта выдачи'],
    )
    assert.deepEqual(
      names.paymentTypes.map(({ code, name }) => `${code} ${name}`),
      ['1 Наличные курьеру', '2 Банковская карта', '3 Счёт для юридического лица'],
    )
    assert.deepEqual(
      names.stores.map(({ code, name, active }) => `${code} ${name}${active ? '' : ', closed'}`),
      ['1 Основной склад', '2 Магазин на Лесной', '3 Старый склад, closed'],
    )
    for (const list of shopDictionaries) {
      const entries = names[list]
      assert.ok(entries.length > 0 && entries.every(({ code, name }) => code !== '' && name !== ''), list)
      assert.equal(new Set(entries.map(({ code }) => code)).size, entries.length, list)
      const isFromOrders = list === 'sites' && !road.listsSites
      for (const { fromOrders } of entries) assert.equal(fromOrders ?? false, isFromOrders, list)
    }
  })

  test('a dead key is one finding with its fix, and no message carries the secret', async (context) => {
    const { shop, revoke, secrets } = await road.open(context)
    await revoke()

    const findings = await shop.check()

    assert.deepEqual(
      findings.map(({ code }) => code),
      ['SITE_KEY_REFUSED'],
    )
    assert.notEqual(findings[0]?.fix, undefined)
    new FindingWords().read(findings)
    await assert.rejects(shop.readOrders(['5001']), (error) => {
      const seen = `${String(error)}${JSON.stringify(error)}${JSON.stringify(findings)}`
      assert.ok(secrets.length > 0)
      for (const secret of secrets) assert.ok(secret !== '' && !seen.includes(secret))
      return true
    })
  })
}
