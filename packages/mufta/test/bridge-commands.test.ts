import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { createBridgeShop } from '@mufta/bitrix'
import { PermanentError, type Order } from '@mufta/kit'
import { orderOfRow } from '../../bitrix/src/bridge/order-of-row.ts'
import { orderRow, propertyKind } from '../../bitrix/src/bridge/order-row.ts'
import { BridgeCaller, KEY, pairWith } from './bridge-helpers/bridge-caller.ts'
import { faultsOf } from './bridge-helpers/contract.ts'
import { sqlModes } from './bridge-helpers/modes.ts'
import { Site, word } from './bridge-helpers/site.ts'
import { skipWithoutPhp } from './bridge-helpers/tools.ts'

const ordersOf = ({ orders, kinds }: Readonly<Record<string, unknown>>): readonly Order[] => {
  const known = (kinds as unknown[]).map((kind) => propertyKind.parse(kind))
  return (orders as unknown[]).map((row) => orderOfRow(orderRow.parse(row), known))
}

for (const { name, sqlMode } of sqlModes) {
  describe(`commands of the runtime ${name}`, { skip: skipWithoutPhp() }, () => {
    let site: Site
    let caller: BridgeCaller
    before(async () => {
      site = await Site.make({ sqlMode })
      await pairWith(site)
      caller = new BridgeCaller((await site.serve(2)).url, site.id)
    })
    after(() => site[Symbol.asyncDispose]())

    const read = async (id: string): Promise<Order> => {
      const [order] = ordersOf(await caller.call('orders.read', { ids: [id] }))
      assert.ok(order)
      return order
    }
    const place = async (order: Record<string, unknown> = {}): Promise<Order> => {
      const [id = ''] = await site.place(1, order)
      await site.rows('DELETE FROM mufta_bridge_outbox')
      return await read(id)
    }
    const patch = (
      order: Order,
      change: unknown,
      key = word(),
      expectedVersion: number | null = order.version,
    ) => caller.ask('orders.patch', { id: order.id, expectedVersion, patch: change }, key)
    const echoes = async (): Promise<number> => (await site.rows('SELECT ID FROM mufta_bridge_outbox')).length

    it('every answer keeps the contract that the runtime reads by', async () => {
      const order = await place()
      const page = { afterId: null, limit: 100 }
      const asked: Readonly<Record<string, Record<string, unknown>>> = {
        health: {},
        'settings.read': {},
        dictionaries: {},
        'orders.read': { ids: [order.id, '999'] },
        'orders.changed': { since: '2020-01-01T00:00:00+03:00', afterId: null, limit: 100 },
        'orders.ids': { afterId: null, limit: 10 },
        'products.read': page,
        'prices.read': page,
        'stocks.read': page,
        'outbox.claim': { limit: 10, leaseSeconds: 10 },
      }
      for (const [command, args] of Object.entries(asked)) {
        assert.equal(faultsOf(`${command}.request`, { v: 1, command, args }), '', command)
        const { body } = await caller.ask(command, args)
        assert.equal(
          faultsOf(`${command}.answer`, body),
          '',
          `${command} ${JSON.stringify(body).slice(0, 500)}`,
        )
      }
      const { body } = await patch(order, { status: 'P' })
      assert.equal(faultsOf('orders.patch.answer', body), '')
    })

    it('an order arrives whole and exact: amounts, rates, lists, roles', async () => {
      const order = await place({ comment: 'x', delivery: 0.1 })
      assert.equal(order.total.amount, '3721.1725')
      assert.deepEqual(order.customer, {
        id: '2',
        email: 'ivan@shop.test',
        phone: '+7 900 000-00-01',
        name: 'Иван Петров',
        address: 'Москва, Тверская, 1',
        zip: '101000',
      })
      const [tea, sugar] = order.items
      assert.deepEqual([tea?.['vatRate'], tea?.['vatIncluded'], tea?.['quantity']], ['20', true, '2'])
      assert.deepEqual(
        [sugar?.['vatRate'], sugar?.['vatIncluded'], sugar?.['quantity']],
        [null, false, '1.355'],
      )
      assert.deepEqual(tea?.['properties'], [{ code: 'COLOR', name: 'COLOR', value: 'красный' }])
      assert.deepEqual(order.properties.find(({ code }) => code === 'WISHES')?.value, ['Утром', 'Без звонка'])
      assert.equal(order.shipments.length, 1)
    })

    it('an order between those asked for stays out, and each order keeps its own parts', async () => {
      const ids = []
      for (let number = 1; number <= 8; number++) ids.push((await place({ comment: `Заказ ${number}` })).id)
      const asked = ids.filter((_, index) => index !== 3)
      const answer = await caller.call('orders.read', { ids: asked })
      const one = await Promise.all(asked.map(read))
      assert.deepEqual(ordersOf(answer), one)
      assert.deepEqual(answer['missing'], [])
      assert.equal(new Set(one.flatMap(({ payments }) => payments.map(({ id }) => id))).size, asked.length)
    })

    it('an order keeps the code and name that its property had, and the currency of each row', async () => {
      const [old, present] = [await place(), await place()]
      await site.rows(
        `UPDATE b_sale_order_props_value SET NAME = 'Имя', CODE = NULL WHERE ORDER_ID = ${old.id} AND ORDER_PROPS_ID = 1`,
      )
      await site.rows(`UPDATE b_sale_basket SET CURRENCY = 'USD' WHERE ID = ${old.items[1]?.id}`)
      const answer = await caller.call('orders.read', { ids: [old.id, present.id] })
      const [changed, same] = ordersOf(answer)
      assert.deepEqual(same, present)
      const properties = [{ ...old.properties[0], code: null, name: 'Имя' }, ...old.properties.slice(1)]
      assert.deepEqual(changed?.properties, properties)
      assert.deepEqual(
        changed.items.map(({ price }) => price.currency),
        ['RUB', 'USD'],
      )
      assert.equal((answer['kinds'] as unknown[]).length, present.properties.length + 1)
    })

    it('a page of orders takes nine statements, whatever their number', async () => {
      const ids = [...(await site.place(30))].map(Number)
      const counts = await site.eval<number[]>(
        `use Mufta\\Bridge\\OrderReader;
         $connection = \\Bitrix\\Main\\Application::getConnection();
         $count = static function (array $ids) use ($connection): int {
             $before = $connection->countQueries();
             iterator_to_array((new OrderReader())->each($ids));
             return $connection->countQueries() - $before;
         };
         // The first reading loads the options and the list of modules.
         $count([${ids[0]}]);
         return [$count([${ids[0]}]), $count([${ids.join(', ')}])];`,
      )
      assert.deepEqual(counts, [9, 9])
    })

    it('a shipment tells the store that was chosen for its present delivery, or for the parent of that', async () => {
      await site.rows(
        `INSERT INTO b_sale_delivery_srv (ID, NAME, PARENT_ID) VALUES (20, 'Пункты выдачи', 3);`,
      )
      await site.rows(
        `INSERT INTO b_sale_delivery_es (ID, NAME, CLASS_NAME, DELIVERY_ID, ACTIVE) VALUES
         (71, 'Склады', '\\\\Bitrix\\\\Sale\\\\Delivery\\\\ExtraServices\\\\Store', 3, 'Y'),
         (72, 'Склады', '\\\\Bitrix\\\\Sale\\\\Delivery\\\\ExtraServices\\\\Store', 2, 'N'),
         (73, 'Подъём', '\\\\Bitrix\\\\Sale\\\\Delivery\\\\ExtraServices\\\\Checkbox', 3, 'Y')`,
      )
      const order = await place()
      const shipment = Number(order.shipments[0]?.id)
      const storeWith = async (delivery: number, values: string) => {
        await site.rows(`UPDATE b_sale_order_delivery SET DELIVERY_ID = ${delivery} WHERE ID = ${shipment}`)
        await site.rows(`DELETE FROM b_sale_order_delivery_es WHERE SHIPMENT_ID = ${shipment}`)
        await site.rows(
          `INSERT INTO b_sale_order_delivery_es (SHIPMENT_ID, EXTRA_SERVICE_ID, VALUE) VALUES ${values}`,
        )
        return (await read(order.id)).shipments[0]?.storeId
      }
      try {
        assert.equal(order.shipments[0]?.storeId, null)
        assert.equal(await storeWith(3, `(${shipment}, 71, '2'), (${shipment}, 73, '1')`), '2')
        assert.equal(await storeWith(20, `(${shipment}, 71, '2')`), '2')
        assert.equal(await storeWith(3, `(${shipment}, 71, '0')`), null)
        assert.equal(await storeWith(3, `(${shipment}, 73, '1')`), null)
        assert.equal(await storeWith(1, `(${shipment}, 71, '2')`), null, 'chosen for an earlier delivery')
        assert.equal(await storeWith(2, `(${shipment}, 72, '2')`), null, 'switched off')
      } finally {
        await site.rows('DELETE FROM b_sale_delivery_es')
        await site.rows('DELETE FROM b_sale_delivery_srv WHERE ID = 20')
      }
    })

    it('the lists of the shop come with their names, codes and what is switched off', async () => {
      await site.rows("UPDATE b_sale_delivery_srv SET ACTIVE = 'N' WHERE ID = 3")
      const lists = (await caller.call('dictionaries')) as Record<
        string,
        readonly { code: string; name: string; active: boolean }[]
      >
      await site.rows("UPDATE b_sale_delivery_srv SET ACTIVE = 'Y' WHERE ID = 3")
      const told = Object.fromEntries(
        Object.entries(lists).map(([list, entries]) => [
          list,
          entries.map(({ code, name, active }) => `${code} ${name}${active ? '' : ' (off)'}`),
        ]),
      )
      const { properties = [], ...rest } = told
      assert.deepEqual(rest, {
        statuses: ['N Принят', 'P Оплачен', 'dl Доставляется', 'F Выполнен'],
        shipmentStatuses: ['DN Ожидает обработки', 'DF Отгружен'],
        paymentTypes: ['1 Внутренний счёт', '2 Банковская карта', '3 Наличные'],
        deliveryTypes: ['1 Без доставки', '2 Курьер', '3 Самовывоз (off)'],
        personTypes: ['1 Физическое лицо', '2 Юридическое лицо'],
        sites: ['s1 Основной', 's2 Оптовый'],
        stores: ['1 Основной склад', '2 Дальний склад'],
        priceTypes: ['1 BASE', '2 OPT'],
      })
      assert.deepEqual([properties.length, properties[1]], [8, '2 E-Mail'])
    })

    const hostile: Readonly<Record<string, string>> = {
      Cyrillic: 'Ёлка «Ы»',
      emoji: '👩‍👩‍👧 🎉',
      'an apostrophe': "O'Brien",
      quotes: '"quoted" \\"again\\"',
      backslashes: 'C:\\new\\table\\ \\\\',
      'a NUL': 'a\u0000b',
      'line ends': 'a\r\nb\tc',
      SQL: "'); DROP TABLE mufta_bridge_outbox; -- ",
      placeholders: '?s ?i ?I %s #NAME# {x} $1 \\1',
      markup: '<b>&amp;</b>',
      'JSON in text': '{"a":[1.0,{}]}',
      'a number': '1.0',
    }
    for (const [what, text] of Object.entries(hostile)) {
      it(`${what} goes in and comes out as it is`, async () => {
        const order = await place({ comment: text, properties: { FIO: text, WISHES: [text, 'b'] } })
        assert.equal(order.customerComment, text)
        assert.equal(order.customer['name'], text)
        assert.deepEqual(order.properties.find(({ code }) => code === 'WISHES')?.value, [text, 'b'])
        assert.equal((await patch(order, { managerComment: text })).status, 200)
        assert.equal((await read(order.id)).managerComment, text)
      })
    }

    it('a comment of 20,000 letters fits, one of 70 kB is refused and not cut', async () => {
      const order = await place()
      assert.equal((await patch(order, { managerComment: 'я'.repeat(20_000) })).status, 200)
      const long = await patch(order, { managerComment: 'x'.repeat(70_000) }, word(), null)
      assert.deepEqual([long.status, long.body.error?.code], [400, 'BAD_REQUEST'])
      assert.equal((await read(order.id)).managerComment, 'я'.repeat(20_000))
    })

    it('the same key gives the same answer and one effect, also when both come at once', async () => {
      const order = await place()
      const key = word()
      const answers = await Promise.all([1, 2, 3].map(() => patch(order, { status: 'P' }, key)))
      assert.deepEqual(
        new Set(answers.map(({ text }) => text)).size,
        1,
        answers.map(({ text }) => text).join('\n'),
      )
      assert.equal(answers[0]?.status, 200)
      assert.equal((await read(order.id)).version, Number(order.version) + 1)
      const other = await patch(order, { status: 'F' }, key)
      assert.deepEqual([other.status, other.body.error?.code], [409, 'KEY_REUSED'])
      assert.equal((await read(order.id)).status, 'P')
    })

    it('a status, a payment and a tracking number are written, told and not echoed', async () => {
      const order = await place()
      const change = {
        status: 'dl',
        managerComment: 'принят',
        payments: [{ id: order.payments[0]?.id, paid: true }],
        shipments: [{ id: order.shipments[0]?.id, trackingNumber: 'RA1', status: 'DF', allowDelivery: true }],
      }
      const { body, status } = await patch(order, change)
      assert.equal(status, 200)
      assert.ok(((body.result?.['changed'] ?? []) as unknown[]).length >= 5)
      const now = await read(order.id)
      assert.equal(body.result?.['version'], now.version)
      assert.deepEqual([now.status, now.paid, now.managerComment], ['dl', true, 'принят'])
      assert.deepEqual([now.shipments[0]?.status, now.shipments[0]?.trackingNumber], ['DF', 'RA1'])
      assert.equal(await echoes(), 0)
    })

    it('nothing to change is no save: same version, empty list', async () => {
      const order = await place()
      const { body } = await patch(order, { status: order.status, managerComment: null })
      assert.deepEqual(body.result, { version: order.version, changed: [], warnings: [] })
    })

    const refusals: readonly (readonly [string, unknown, number, string])[] = [
      ['an unknown status', { status: 'ZZ' }, 400, 'UNKNOWN_STATUS'],
      ['a status of the other case', { status: 'DL' }, 400, 'UNKNOWN_STATUS'],
      ['a shipment status for the order', { status: 'DN' }, 400, 'UNKNOWN_STATUS'],
      ['an unknown shipment status', { shipments: [{ id: 'SHIPMENT', status: 'N' }] }, 400, 'UNKNOWN_STATUS'],
      ['a payment of another order', { payments: [{ id: '99999', paid: true }] }, 404, 'NOT_FOUND'],
      ['an unknown field', { price: '1' }, 400, 'BAD_REQUEST'],
      ['a status that is no text', { status: 1 }, 400, 'BAD_REQUEST'],
    ]
    for (const [what, change, status, code] of refusals) {
      it(`${what} is refused with ${code} and changes nothing`, async () => {
        const order = await place()
        const text = JSON.stringify(change).replace('SHIPMENT', String(order.shipments[0]?.id))
        const answer = await patch(order, JSON.parse(text))
        assert.deepEqual([answer.status, answer.body.error?.code], [status, code], answer.text)
        assert.deepEqual(await read(order.id), order)
        assert.equal(await echoes(), 0)
      })
    }

    it('a stale version is a conflict that names the present one', async () => {
      const order = await place()
      await patch(order, { managerComment: 'a' })
      const late = await patch(order, { managerComment: 'b' })
      assert.deepEqual(
        [late.status, late.body.error?.code, late.body.error?.details],
        [409, 'VERSION_CONFLICT', { version: 1 }],
      )
      assert.equal((await read(order.id)).managerComment, 'a')
    })

    it('a paid order is not cancelled, and the shop says why, by code and in words', async () => {
      const order = await place()
      await patch(order, { payments: [{ id: order.payments[0]?.id, paid: true }] })
      const refused = await patch(order, { canceled: true, cancelReason: 'x' }, word(), null)
      assert.deepEqual([refused.status, refused.body.error?.code], [400, 'REFUSED'])
      assert.deepEqual(refused.body.error?.details, {
        messages: ['An order with a paid payment cannot be cancelled.'],
        codes: ['SALE_ORDER_CANCEL_PAYMENT_EXIST_ACTIVE'],
      })
      assert.equal((await read(order.id)).canceled, false)
      const endpoint = caller.url + caller.target
      await using shop = createBridgeShop({
        endpoint,
        keyId: KEY.id,
        secret: KEY.secret,
        allowHosts: ['127.0.0.1:*'],
      })
      const whole = (await shop.readOrders([order.id])).get(order.id)
      assert.ok(whole)
      await assert.rejects(shop.writeOrder(whole, { canceled: true }), (error) => {
        assert.ok(error instanceof PermanentError)
        assert.equal(error.code, 'BRIDGE_REFUSED')
        assert.equal(error.facts.systemCode, 'SALE_ORDER_CANCEL_PAYMENT_EXIST_ACTIVE')
        assert.match(error.message, /EXIST_ACTIVE; An order with a paid payment cannot be cancelled/)
        return true
      })
      const both = { canceled: true, payments: [{ id: order.payments[0]?.id, paid: false }] }
      assert.equal((await patch(order, both, word(), null)).status, 200)
      assert.equal((await read(order.id)).canceled, true)
    })

    it('what failed in a child is a warning, and a refused save is REFUSED', async () => {
      const order = await place()
      site.configure({ shim: { fail_child: 'b_sale_order_payment' } })
      const partly = await patch(order, {
        status: 'P',
        payments: [{ id: order.payments[0]?.id, paid: true }],
      })
      site.configure({ shim: { fail_child: null, refuse_save: 'no today' } })
      const refused = await patch(order, { status: 'F' }, word(), null)
      site.configure({ shim: { refuse_save: null } })
      assert.equal(partly.status, 200)
      assert.deepEqual(partly.body.result?.['warnings'], ['The row was not saved'])
      assert.deepEqual([refused.status, refused.body.error?.code], [400, 'REFUSED'])
      assert.deepEqual(refused.body.error?.details, { messages: ['no today'], codes: ['SALE_REFUSED'] })
      assert.equal(await echoes(), 0)
    })

    it('a status that the shop moves on its own is told', async () => {
      const order = await place()
      await site.eval(`\\Bitrix\\Main\\Config\\Option::set('sale', 'status_on_paid', 'F'); return 1;`)
      const { body } = await patch(order, { payments: [{ id: order.payments[0]?.id, paid: true }] })
      await site.eval(`\\Bitrix\\Main\\Config\\Option::delete('sale'); return 1;`)
      assert.equal(body.ok, true)
      assert.equal((await read(order.id)).status, 'F')
    })

    it('prices and stocks are set row by row, and a bad row stops no other', async () => {
      const price = (productId: string, amount: string) => ({
        productId,
        priceTypeId: '1',
        price: { amount, currency: 'RUB' },
        quantityFrom: null,
        quantityTo: null,
      })
      const args = { prices: [price('12', '90.10'), price('99', '1'), price('10', '5')] }
      assert.equal(faultsOf('prices.write.args', args), '')
      const answer = await caller.ask('prices.write', args, word())
      assert.equal(faultsOf('prices.write.answer', answer.body), '')
      const { done, failed } = answer.body.result as {
        done: number
        failed: { index: number; code: string }[]
      }
      assert.equal(done, 2)
      assert.deepEqual(
        failed.map(({ index, code }) => [index, code]),
        [[1, 'NOT_FOUND']],
      )
      const { prices } = await caller.call('prices.read', { afterId: '11', limit: 10 })
      assert.equal((prices as { price: { amount: string } }[])[0]?.price.amount, '90.1')
      const stocks = { stocks: [{ productId: '12', storeId: '2', amount: '7.25', reserved: '0' }] }
      assert.equal(faultsOf('stocks.write.args', stocks), '')
      assert.equal((await caller.ask('stocks.write', stocks, word())).body.result?.['done'], 1)
      const rows = await site.rows(
        'SELECT AMOUNT FROM b_catalog_store_product WHERE PRODUCT_ID = 12 AND STORE_ID = 2',
      )
      assert.deepEqual(rows, [{ AMOUNT: '7.25' }])
    })

    it('products, prices and stocks come page by page, all rows of a product together, none twice', async () => {
      const pages: Readonly<Record<string, string>> = {
        'products.read': 'SELECT ID AS P FROM b_catalog_product ORDER BY ID',
        'prices.read': 'SELECT PRODUCT_ID AS P FROM b_catalog_price ORDER BY PRODUCT_ID',
        'stocks.read': 'SELECT PRODUCT_ID AS P FROM b_catalog_store_product ORDER BY PRODUCT_ID',
      }
      for (const [command, sql] of Object.entries(pages)) {
        const [kind = ''] = command.split('.')
        const seen: string[] = []
        let afterId: string | null = null
        for (let page = 0; page < 20; page++) {
          const answer: Record<string, unknown> = await caller.call(command, { afterId, limit: 1 })
          const rows = answer[kind] as { id?: string; productId?: string }[]
          const products = rows.map((row) => row.productId ?? row.id ?? '')
          assert.equal(new Set(products).size, 1, `${command}: one product a page`)
          seen.push(...products)
          afterId = products.at(-1) ?? null
          if (answer['more'] !== true) break
        }
        assert.deepEqual(
          seen,
          (await site.rows(sql)).map((row) => row['P']),
          command,
        )
        assert.deepEqual(await caller.call(command, { afterId: '999', limit: 5 }), {
          [kind]: [],
          more: false,
        })
        const tooMany = await caller.ask(command, { afterId: null, limit: 501 })
        assert.deepEqual([tooMany.status, tooMany.body.error?.code], [400, 'BAD_REQUEST'])
      }
    })

    it('a product arrives whole: its parent, unit, rate and latest change', async () => {
      const { products } = await caller.call('products.read', { afterId: '10', limit: 1 })
      const [offer] = products as Record<string, unknown>[]
      const { updatedAt, ...rest } = offer ?? {}
      assert.deepEqual(rest, {
        id: '11',
        xmlId: 'tea-11',
        name: 'Чайник красный',
        code: 'teapot-red',
        active: true,
        parentId: '10',
        measureCode: '796',
        vatRate: '20',
        vatIncluded: true,
      })
      assert.ok(Math.abs(Date.parse(String(updatedAt)) - Date.now()) < 3_600_000, String(updatedAt))
    })

    it('the feed of changes misses no order of a second that many share, page by page', async () => {
      await site.place(7)
      await site.rows("UPDATE b_sale_order SET DATE_UPDATE = '2026-05-05 10:00:00'")
      const all = (
        (await caller.call('orders.ids', { afterId: null, limit: 1000 }))['ids'] as string[]
      ).toSorted()
      const seen: string[] = []
      let next: Record<string, unknown> = { since: '2026-05-05T09:00:00+03:00', afterId: null }
      for (let page = 0; page < 100; page++) {
        const answer = await caller.call('orders.changed', { ...next, limit: 3 })
        seen.push(...(answer['changes'] as { id: string }[]).map(({ id }) => id))
        next = answer['next'] as Record<string, unknown>
        if (answer['more'] !== true) break
      }
      assert.deepEqual(seen.toSorted(), all)
    })

    it('the feed that begins now misses nothing where the clocks of PHP and the database differ', async () => {
      for (const zone of ['+03:00', '-05:00', '+11:00']) {
        site.configure({ shim: { db_time_zone: zone } })
        const { next } = await caller.call('orders.changed', { since: null, afterId: null, limit: 10 })
        const [id] = await site.eval<string[]>(`return [(string)ShimOrders::place()];`)
        const answer = await caller.call('orders.changed', {
          ...(next as Record<string, unknown>),
          limit: 500,
        })
        const ids = (answer['changes'] as { id: string }[]).map((change) => change.id)
        assert.ok(ids.includes(String(id)), `${zone}: ${ids.join(',')}`)
      }
      site.configure({ shim: { db_time_zone: '+03:00' } })
    })

    it('an order of a site that is not served is neither listed, read nor written', async () => {
      const ours = await place({ site: 's2' })
      const theirs = await place({ site: 's1' })
      await site.eval(`\\Mufta\\Bridge\\Settings::set('sites', 's2'); return 1;`)
      try {
        const both = { ids: [ours.id, theirs.id] }
        const answer = await caller.call('orders.read', both)
        assert.deepEqual([ordersOf(answer).map(({ id }) => id), answer['missing']], [[ours.id], [theirs.id]])
        const { ids } = await caller.call('orders.ids', { afterId: null, limit: 1000 })
        const since = '2020-01-01T00:00:00+03:00'
        const { changes } = await caller.call('orders.changed', { since, afterId: null, limit: 500 })
        for (const list of [ids as string[], (changes as { id: string }[]).map(({ id }) => id)])
          assert.deepEqual([list.includes(ours.id), list.includes(theirs.id)], [true, false])
        const refused = await patch(theirs, { status: 'P' })
        assert.deepEqual([refused.status, refused.body.error?.code], [404, 'NOT_FOUND'])
        assert.equal((await patch(ours, { status: 'P' })).status, 200)
        assert.deepEqual((await caller.call('health'))['sites'], ['s2'])
      } finally {
        await site.eval(`\\Mufta\\Bridge\\Settings::set('sites', ''); return 1;`)
      }
      assert.deepEqual(await read(theirs.id), theirs)
    })

    it('in test mode the site is read but not written to', async () => {
      const order = await place()
      await site.eval(`\\Mufta\\Bridge\\Settings::set('mode', 'test'); return 1;`)
      const answer = await patch(order, { status: 'P' })
      await site.eval(`\\Mufta\\Bridge\\Settings::set('mode', 'production'); return 1;`)
      assert.equal(answer.body.error?.code, 'REFUSED')
      assert.deepEqual(await read(order.id), order)
    })
  })
}
