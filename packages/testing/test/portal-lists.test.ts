import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { listTable } from '../src/portal/list.ts'
import { int, type Row } from '../src/portal/rows.ts'
import { Table } from '../src/portal/table.ts'
import { at, call, fixture, openPortal, rows, shapeDifference } from './portal-caller.ts'

test('pages have 50 rows, next and total; start is rounded down to a page', async (t) => {
  const portal = await openPortal(t, { rows: { 'crm.deal.list': { count: 120 } } })
  const first = (await call(portal, 'crm.deal.list')).body
  assert.equal(rows(first, 'result').length, 50)
  assert.deepEqual([first['next'], first['total']], [50, 120])
  const last = (await call(portal, 'crm.deal.list', { start: 110 })).body
  assert.deepEqual(
    [rows(last, 'result').length, at(last, 'result', 0, 'ID'), last['next']],
    [20, '101', undefined],
  )
})

test('start -1 counts nothing: total is 0 in old methods and absent in controllers', async (t) => {
  const portal = await openPortal(t, { rows: { 'crm.deal.list': { count: 120 } } })
  const old = (await call(portal, 'crm.deal.list', { start: -1 })).body
  assert.deepEqual([old['next'], old['total'], rows(old, 'result').length], [undefined, 0, 50])
  const controller = (await call(portal, 'crm.item.list', { entityTypeId: 2, start: -1 })).body
  assert.deepEqual(['next' in controller, 'total' in controller], [false, false])
  assert.equal(at(controller, 'result', 'items', 0, 'id'), 1)
})

test('deals come in upper case with text, the same deals as items in camelCase with numbers', async (t) => {
  const portal = await openPortal(t)
  const added = await call(portal, 'crm.deal.add', {
    fields: { TITLE: 'Сделка', OPPORTUNITY: 1990.5, STAGE_ID: 'NEW' },
  })
  assert.equal(added.body['result'], 1)
  const got = (await call(portal, 'crm.deal.get', { id: 1 })).body
  assert.deepEqual([at(got, 'result', 'ID'), at(got, 'result', 'OPPORTUNITY')], ['1', '1990.50'])
  const item = (await call(portal, 'crm.item.get', { entityTypeId: 2, id: 1 })).body
  assert.equal(at(item, 'result', 'item', 'opportunity'), 1990.5)
  const listed = await call(portal, 'crm.item.list', {
    entityTypeId: 2,
    filter: { '>=opportunity': 1990.5 },
    select: ['title'],
  })
  assert.deepEqual(rows(listed.body, 'result', 'items'), [{ title: 'Сделка', id: 1 }])
})

test('an old list without select leaves out user fields and always brings the ID', async (t) => {
  const portal = await openPortal(t, { rows: { 'crm.deal.list': { count: 1 } } })
  const plain = (await call(portal, 'crm.deal.list')).body
  assert.equal(at(plain, 'result', 0, 'UF_CRM_ORDER_ID'), undefined)
  assert.equal(at(plain, 'result', 0, 'TITLE'), 'Deal #1')
  const all = (await call(portal, 'crm.deal.list', { select: ['TITLE', 'UF_*'] })).body
  assert.deepEqual(at(all, 'result', 0), { TITLE: 'Deal #1', UF_CRM_ORDER_ID: null, ID: '1' })
})

test('a deal that is not there is refused with an empty code', async (t) => {
  const portal = await openPortal(t)
  const { status, body } = await call(portal, 'crm.deal.get', { id: 77 })
  assert.deepEqual([status, body], [400, { error: '', error_description: 'Not found' }])
})

test('rows that are written or deleted in a synthetic table stay so', async (t) => {
  const portal = await openPortal(t, {
    rows: { 'crm.deal.list': { count: 100, gap: (index) => index * 10 + 5 } },
  })
  await call(portal, 'crm.deal.update', { id: 15, fields: { TITLE: 'changed' } })
  await call(portal, 'crm.deal.delete', { id: 25 })
  const { body } = await call(portal, 'crm.deal.list', {
    select: ['TITLE'],
    filter: { '<ID': 40 },
    order: { ID: 'DESC' },
  })
  assert.deepEqual(body['result'], [
    { TITLE: 'Deal #35', ID: '35' },
    { TITLE: 'changed', ID: '15' },
    { TITLE: 'Deal #5', ID: '5' },
  ])
  assert.equal((await call(portal, 'crm.deal.add', { fields: {} })).body['result'], 996)
})

test('lists of the sale module have the documented fields and wrapper keys', async (t) => {
  const portal = await openPortal(t)
  portal.placeOrder()
  const lists = [
    ['sale.order.list', 'orders'],
    ['sale.payment.list', 'payments'],
    ['sale.shipment.list', 'shipments'],
    ['sale.property.list', 'properties'],
    ['sale.propertyvalue.list', 'propertyValues'],
    ['sale.status.list', 'statuses'],
    ['sale.statuslang.list', 'statusLangs'],
  ] as const
  for (const [method, key] of lists) {
    const { body } = await call(portal, method)
    const documented = at(fixture(method), 'response', 'result', key, 0)
    assert.deepEqual(shapeDifference(at(body, 'result', key, 0), documented), [], method)
  }
  const { body } = await call(portal, 'sale.persontype.list', { select: ['id', 'name', 'sort'] })
  assert.deepEqual(
    shapeDifference(
      at(body, 'result', 'personTypes', 0),
      at(fixture('sale.persontype.list'), 'response', 'personTypes', 0),
    ),
    [],
  )
})

test('pay systems and deliveries come in upper case right under result, without pages', async (t) => {
  const portal = await openPortal(t)
  const systems = await call(portal, 'sale.paysystem.list', {
    SELECT: ['ID', 'IS_CASH'],
    FILTER: { '@ID': [1, 3] },
  })
  assert.deepEqual(systems.body['result'], [
    { ID: 1, IS_CASH: 'Y' },
    { ID: 3, IS_CASH: 'N' },
  ])
  const deliveries = await call(portal, 'sale.delivery.getlist')
  assert.equal(at(deliveries.body, 'result', 0, 'ID'), 1)
  assert.ok(!('total' in deliveries.body))
})

test('a filter field that the entity does not have is skipped without a word, and the statistics tell', async (t) => {
  const portal = await openPortal(t)
  portal.placeOrder()
  const { body } = await call(portal, 'sale.payment.list', { filter: { payed: 'Y', '@personTypeId': [9] } })
  assert.equal(body['total'], 1)
  assert.deepEqual(portal.stats.ignoredFilters, ['sale.payment.list payed', 'sale.payment.list personTypeId'])
})

test('times are filtered by moment, whatever the offset they are written in', async (t) => {
  const portal = await openPortal(t, { now: () => Date.UTC(2026, 4, 1, 9, 0, 0) })
  portal.placeOrder()
  const count = async (filter: Record<string, unknown>): Promise<unknown> =>
    (await call(portal, 'sale.order.list', { filter })).body['total']
  assert.equal(await count({ '>=dateUpdate': '2026-05-01T09:00:00+00:00' }), 1)
  assert.equal(await count({ '>=dateUpdate': '2026-05-01T12:00:00' }), 1)
  assert.equal(await count({ '>dateUpdate': '2026-05-01T12:00:00+03:00' }), 0)
  assert.equal(await count({ '>dateUpdate': '30.04.2026' }), 1)
})

const people = [
  { id: 1, name: 'Анна', age: 20, note: null },
  { id: 2, name: 'Борис', age: 30, note: '' },
  { id: 3, name: 'анна-мария', age: null, note: 'x%y' },
] as const

function peopleTable(): Table {
  const table = new Table({ key: 'id', types: { id: 'int', name: 'string', age: 'int', note: 'string' } })
  for (const row of people) table.add({ ...row })
  return table
}

test('every documented filter prefix means what it says', () => {
  const table = peopleTable()
  const cases: readonly (readonly [Row, readonly number[]])[] = [
    [{ name: 'Анна' }, [1]],
    [{ '=age': ['20', '30'] }, [1, 2]],
    [{ '!age': 20 }, [2, 3]],
    [{ '!=name': 'Анна' }, [2, 3]],
    [{ '>age': 20 }, [2]],
    [{ '>=age': '20' }, [1, 2]],
    [{ '<age': 30 }, [1]],
    [{ '<=age': 30 }, [1, 2]],
    [{ '@id': { 0: 1, 1: 3 } }, [1, 3]],
    [{ '!@id': [1, 3] }, [2]],
    [{ '%name': 'АННА' }, [1, 3]],
    [{ '!%name': 'анна' }, [2]],
    [{ '=%name': 'анна%' }, [1, 3]],
    [{ '%=name': '%мария' }, [3]],
    [{ '!=%name': '%мария' }, [1, 2]],
    [{ '!%=name': 'Б%' }, [1, 3]],
    [{ '%note': 'x%' }, [3]],
    [{ note: '' }, [1, 2]],
    [{ 0: { logic: 'OR', 0: { name: 'Анна' }, 1: { '>age': 25 } } }, [1, 2]],
    [{ '>id': 1, '<id': 3 }, [2]],
    [{ '@id': [1, 2], '>id': 1 }, [2]],
  ]
  for (const [filter, expected] of cases) {
    const found = listTable(table, { filter, order: {}, start: 0 })
    assert.deepEqual(
      found.rows.map((row) => row['id']),
      expected,
      JSON.stringify(filter),
    )
  }
})

test('listing by id ranges, lists and pages equals a plain scan of all rows', () => {
  const ids = fc.uniqueArray(fc.integer({ min: 1, max: 300 }), { maxLength: 200 })
  const bound = fc.integer({ min: -5, max: 305 })
  const filter = fc.record(
    {
      '>id': bound,
      '>=id': bound,
      '<id': bound,
      '<=id': bound,
      '!id': bound,
      '@id': fc.array(bound),
      '>age': bound,
    },
    { requiredKeys: [] },
  )
  fc.assert(
    fc.property(
      ids,
      filter,
      fc.constantFrom('ASC', 'DESC'),
      fc.constantFrom(-1, 0, 50, 100),
      (all, where, way, start) => {
        const table = new Table({ key: 'id', types: { id: 'int', age: 'int' } })
        for (const id of all) table.add({ id, age: (id * 7) % 300 })
        const matching = all
          .filter((id) => plain(id, where))
          .toSorted((a, b) => (way === 'ASC' ? a - b : b - a))
        const page = listTable(table, { filter: where, order: { id: way }, start })
        const from = Math.max(0, start)
        assert.deepEqual(
          page.rows.map((row) => int(row['id'])),
          matching.slice(from, from + 50),
        )
        assert.equal(page.total, start === -1 ? undefined : matching.length)
        assert.equal(page.next, start !== -1 && from + 50 < matching.length ? from + 50 : undefined)
      },
    ),
  )
})

function plain(id: number, where: Readonly<Record<string, number | readonly number[] | undefined>>): boolean {
  const age = (id * 7) % 300
  const { '>id': a, '>=id': b, '<id': c, '<=id': d, '!id': e, '@id': f, '>age': g } = where
  return (
    (typeof a !== 'number' || id > a) &&
    (typeof b !== 'number' || id >= b) &&
    (typeof c !== 'number' || id < c) &&
    (typeof d !== 'number' || id <= d) &&
    (typeof e !== 'number' || id !== e) &&
    (!Array.isArray(f) || f.includes(id)) &&
    (typeof g !== 'number' || age > g)
  )
}
