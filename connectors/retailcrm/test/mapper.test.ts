import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { ConfigError, decimal, ParkError, type Order } from '@mufta/kit'
import fc from 'fast-check'
import { readOrder } from '../src/answers.ts'
import { orderMapper } from '../src/mapper.ts'
import { splitName } from '../src/person-name.ts'
import { isCancelStatus } from '../src/status-map.ts'
import type { CrmOrder } from '../src/wire.ts'
import { anyOrder, item, order, payment, settings, shipment } from './orders.ts'

const chosen = settings()
const mapper = orderMapper(chosen)

function fixture(name: string): {
  readonly order?: unknown
  readonly orderDecoded?: Record<string, unknown>
} {
  return JSON.parse(
    readFileSync(new URL(`fixtures/retailcrm-${name}.json`, import.meta.url), 'utf8'),
  ) as object
}

function read(raw: unknown): CrmOrder {
  return readOrder(raw, (status) => isCancelStatus(chosen, status))
}

const answered = read(fixture('orders-get-response').order)

describe('order mapper, shop to CRM', () => {
  it('makes the order that the fixture sends', () => {
    const { orderDecoded: sent = {} } = fixture('orders-create-request')
    const draft = mapper.toExternal(order()) as Record<string, unknown>
    for (const name of [
      'externalId',
      'number',
      'createdAt',
      'orderType',
      'orderMethod',
      'status',
      'lastName',
      'firstName',
      'patronymic',
      'phone',
      'email',
      'customerComment',
      'customer',
      'contragent',
      'payments',
    ]) {
      assert.deepEqual(draft[name], sent[name], name)
    }
    assert.deepEqual(draft['items'], [
      {
        externalIds: [{ code: 'bitrix', value: '1893' }],
        offer: { externalId: '4501', xmlId: 'd3f1c3a0-0001' },
        productName: 'Футболка',
        initialPrice: 1990,
        discountManualAmount: 199,
        discountManualPercent: 0,
        quantity: 2,
        vatRate: '20',
        properties: [{ code: 'size', name: 'Размер', value: 'M' }],
      },
    ])
    assert.deepEqual(draft['delivery'], {
      code: 'courier',
      cost: 300,
      address: { index: '101000', text: 'ул. Ленина, д. 1, кв. 12' },
      data: { trackNumber: null },
    })
  })

  it('names no customer for a guest, no delivery type without a shipment, "none" for no VAT', () => {
    const draft = mapper.toExternal(
      order({ customer: { ...order().customer, id: null }, shipments: [], items: [item({ vatRate: null })] }),
    )
    assert.equal(draft.customer, undefined)
    assert.equal(draft.delivery?.code, undefined)
    assert.equal(draft.items?.[0]?.vatRate, 'none')
    assert.equal(mapper.toExternal(order({ items: [item({ vatRate: '0' })] })).items?.[0]?.vatRate, '0')
  })

  it('takes type and contragent from the person type', () => {
    const legal = orderMapper(
      settings({ personTypes: { '2': { orderType: 'eshop-legal', contragent: 'legal-entity' } } }),
    )
    const draft = legal.toExternal(order({ personType: '2' }))
    assert.deepEqual([draft.orderType, draft.contragent?.contragentType], ['eshop-legal', 'legal-entity'])
  })

  it('parks an order with an unmapped status, payment type or delivery, each under its own code', () => {
    const codeOf = (change: Partial<Order>) => {
      try {
        mapper.toExternal(order(change))
      } catch (error) {
        return error instanceof ParkError ? error.code : String(error)
      }
      return 'none'
    }
    assert.equal(codeOf({ status: 'Z' }), 'STATUS_UNMAPPED')
    assert.equal(codeOf({ payments: [payment({ paySystemId: '9' })] }), 'PAYMENT_TYPE_UNMAPPED')
    assert.equal(codeOf({ shipments: [shipment({ deliveryId: 'constructor' })] }), 'DELIVERY_TYPE_UNMAPPED')
  })

  it('names the shop of the CRM on creation, where sites are mapped, and parks a site that is not', () => {
    const of = (siteId: string, sites: Record<string, string>) =>
      orderMapper(settings({ sites })).toExternal(order({ siteId }))
    assert.equal(of('s2', { s2: 'shop-kz' }).site, 'shop-kz')
    assert.equal('site' in of('s2', {}), false)
    assert.throws(
      () => of('s1', { s2: 'shop-kz' }),
      (error) => error instanceof ParkError && error.code === 'ORDER_SITE_UNMAPPED',
    )
  })

  it('names the store of the shipment, where stores are mapped, and parks one that is not', () => {
    const from = (storeId: string | null, stores: Record<string, string>) =>
      orderMapper(settings({ stores })).toExternal(order({ shipments: [shipment({ storeId })] }))
    const table = { '1': 'main' }
    assert.equal(from('1', table).shipmentStore, 'main')
    assert.equal('shipmentStore' in from(null, table), false, 'what the CRM has is left alone')
    assert.equal('shipmentStore' in from('2', {}), false, 'nothing is mapped: nothing is sent')
    assert.throws(
      () => from('2', table),
      (error) =>
        error instanceof ParkError &&
        error.code === 'SHIPMENT_STORE_UNMAPPED' &&
        error.facts['field'] === 'stores' &&
        error.facts['value'] === '2',
    )
  })

  it('turns a cancelled order into the cancel status with the reason', () => {
    const draft = mapper.toExternal(order({ canceled: true, cancelReason: 'Передумал' }))
    assert.deepEqual([draft.status, draft.statusComment], ['cancel-other', 'Передумал'])
    assert.equal('statusComment' in mapper.toExternal(order()), false)
  })

  it('refuses two shop statuses for one CRM status unless the way back is said', () => {
    const table = { N: 'new', P: 'new' }
    assert.throws(
      () => orderMapper(settings({ statuses: table })),
      (error) => error instanceof ConfigError && error.code === 'STATUS_AMBIGUOUS',
    )
    const decided = orderMapper(settings({ statuses: table, statusesToShop: { new: 'P' } }))
    assert.equal(decided.convertIn('status', 'new'), 'P')
  })
})

describe('order mapper, CRM to shop', () => {
  it('sees no difference but the new status in the answer of the fixture', () => {
    const source = order({ items: [item({ id: '0_4501' })] })
    const expected = mapper.expectedExternal(source)
    const actual = mapper.externalValues(answered)
    const differing = [...actual.keys()].filter(
      (name) =>
        !mapper.sameExternal(name, expected.get(name), actual.get(name)) &&
        mapper.rule(name).direction !== 'create-only',
    )
    // Properties were not kept by the CRM of the fixture.
    assert.deepEqual(differing, ['status', 'items[0_4501].properties'])
    assert.deepEqual(mapper.mismatches(source, answered), [])
  })

  it('brings back status, payment, comment and tracking number, and nothing else', () => {
    const record: CrmOrder = {
      ...answered,
      managerComment: 'Звонил',
      delivery: { ...answered.delivery, data: { trackNumber: 'RA1' } },
      payments: answered.payments.map((one) => ({ ...one, status: 'paid' })),
    }
    assert.deepEqual(mapper.toShop(record, order()), {
      status: 'A',
      managerComment: 'Звонил',
      shipments: [{ id: '660', trackingNumber: 'RA1' }],
      payments: [{ id: '771', paid: true }],
    })
  })

  it('reads the discount that we gave a unit out of all that the CRM shows', () => {
    const unitDiscount = (row: object) =>
      read({ id: 1, status: 'new', items: [{ quantity: 3, ...row }] }).items[0]?.discountManualAmount
    const ours = { type: 'manual_product', amount: 100 }
    const other = { type: 'manual_order', amount: 0.02 }

    assert.equal(unitDiscount({ discountTotal: 33.33, discounts: [ours] }), 33.33, 'alone')
    assert.equal(unitDiscount({ discountTotal: 33.34, discounts: [ours, other] }), 33.33, 'among others')
    assert.equal(unitDiscount({ discountTotal: 33.34, discounts: { 0: other, 1: ours } }), 33.34, 'no list')
    assert.equal(unitDiscount({ discountTotal: 0.01, discounts: [other] }), 0, 'of others only')
    assert.equal(unitDiscount({ discountTotal: 0, discounts: [] }), 0)
    assert.equal(unitDiscount({ discounts: [ours] }), 33.33, 'without a total')
    assert.equal(unitDiscount({ discounts: [ours], quantity: 0 }), 0, 'of nothing')
    assert.equal(unitDiscount({ discountTotal: 12.5 }), 12.5, 'without a list')
  })

  it('reads the discount of the order out of its rows, where it is not told', () => {
    const orderDiscount = (...rows: readonly (readonly object[])[]) =>
      read({ id: 1, status: 'new', items: rows.map((discounts) => ({ discounts })) }).discountManualAmount
    const share = (amount: number) => ({ type: 'manual_order', amount })

    assert.equal(orderDiscount([share(0.1)], [share(0.2), { type: 'manual_product', amount: 5 }]), 0.3)
    assert.equal(orderDiscount([], []), 0)
    assert.equal(orderDiscount(), undefined)
  })

  it('reads any cancel status of the CRM as a cancel, with its comment as the reason', () => {
    const record = read({
      ...(fixture('orders-get-response').order as object),
      status: 'no-product',
      statusComment: 'Кончился',
    })
    const patch = mapper.patch(record, order(), ['status', 'statusComment'])
    assert.deepEqual(patch, { canceled: true, cancelReason: 'Кончился' })
  })

  it('takes a comment of a status that is no cancel for no reason', () => {
    const record = read({ ...(fixture('orders-get-response').order as object), statusComment: 'на складе' })
    assert.equal(mapper.externalValues(record).has('statusComment'), false)
  })

  it('lifts the cancel when a manager moves the order on', () => {
    assert.deepEqual(mapper.patch(answered, order({ canceled: true }), ['status']), {
      canceled: false,
      status: 'A',
    })
  })

  it("keeps a manager's choice among the cancel statuses", () => {
    assert.ok(mapper.sameExternal('status', 'cancel-other', 'no-product'))
    assert.ok(!mapper.sameExternal('status', 'cancel-other', 'complete'))
  })

  it('lets the CRM win a status that both sides changed, unless the settings say otherwise', () => {
    assert.equal(mapper.rule('status').owner, 'external')
    assert.equal(orderMapper(settings({ statusOwner: 'shop' })).rule('status').owner, 'shop')
  })

  it('parks a CRM status that means nothing to the shop', () => {
    const record = { ...answered, status: 'send-to-moon' }
    assert.throws(
      () => mapper.patch(record, order(), ['status']),
      (error) => error instanceof ParkError && error.code === 'STATUS_UNMAPPED',
    )
  })

  it('leaves steps between "not paid" and "paid" alone', () => {
    assert.ok(mapper.sameExternal('payments[771].status', 'not-paid', 'invoice'))
    assert.ok(!mapper.sameExternal('payments[771].status', 'paid', 'invoice'))
  })
})

describe('order mapper', () => {
  it('gives back every mapped status, comment and payment as it was', () => {
    const change = fc.record({
      status: fc.constantFrom('N', 'P', 'A', 'D', 'F'),
      canceled: fc.boolean(),
      comment: fc.oneof(fc.constant(null), fc.string()),
      paid: fc.boolean(),
      track: fc.oneof(fc.constant(null), fc.string()),
    })
    fc.assert(
      fc.property(change, ({ status, canceled, comment, paid, track }) => {
        const source = order({
          status,
          canceled,
          managerComment: comment,
          payments: [payment({ paid })],
          shipments: [shipment({ trackingNumber: track })],
        })
        const record = mapper.toExternal(source) as CrmOrder
        const names = ['status', 'managerComment', 'payments[771].status', 'delivery.data.trackNumber']
        assert.deepEqual(mapper.patch(record, source, names), {
          ...(canceled ? { canceled: true } : { status }),
          managerComment: comment,
          payments: [{ id: '771', paid }],
          shipments: [{ id: '660', trackingNumber: track }],
        })
      }),
    )
  })

  it('sends sums that add up to the shop total, whatever numbers JSON makes of them', () => {
    fc.assert(
      fc.property(anyOrder, (source) => {
        const draft = JSON.parse(JSON.stringify(mapper.toExternal(source))) as CrmOrder
        const lines = draft.items.map((one) => {
          const unit = decimal.subtract(String(one.initialPrice), String(one.discountManualAmount))
          return decimal.round(decimal.multiply(unit, String(one.quantity)), 2)
        })
        const total = decimal.add(
          decimal.subtract(decimal.sum(lines), String(draft.discountManualAmount)),
          String(draft.delivery?.cost),
        )
        assert.equal(decimal.compare(total, source.total.amount), 0)
      }),
    )
  })

  it('loses no word of a name', () => {
    const words = fc.array(fc.stringMatching(/^[А-Яа-яA-Za-z-]{1,8}$/), { maxLength: 5 })
    fc.assert(
      fc.property(
        words,
        fc.constantFrom('last-first-patronymic' as const, 'first-patronymic-last' as const),
        (given, nameOrder) => {
          const { lastName, firstName, patronymic } = splitName(given.join(' '), nameOrder)
          const back = [lastName, firstName, patronymic].flatMap((part) => part?.split(' ') ?? [])
          assert.deepEqual(back.toSorted(), given.toSorted())
        },
      ),
    )
    assert.deepEqual(splitName('Иван Петрович Покупатель', 'first-patronymic-last'), {
      lastName: 'Покупатель',
      firstName: 'Иван',
      patronymic: 'Петрович',
    })
    assert.deepEqual(splitName(null, 'last-first-patronymic'), {
      lastName: null,
      firstName: null,
      patronymic: null,
    })
  })
})
