import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConfigError, ParkError } from '@mufta/kit'
import { saleMapper } from '../src/mapper.ts'
import type { Sale } from '../src/sale.ts'
import { sampleOrder } from './sample-order.ts'
import { settingsOf } from './settings-of.ts'

const mapper = saleMapper(settingsOf())

test('an order becomes a sale that carries the order’s id as its reference', () => {
  const draft = mapper.toExternal(sampleOrder('1024', { customerComment: 'Позвоните\nза час' }))
  assert.equal(draft.reference, '1024')
  assert.equal(draft.description, '№ A-1024: Позвоните за час')
  assert.equal(draft.state, 'quotation')
  assert.equal(draft.currency, 'RUB')
  assert.equal(draft.customer?.code, 'SHOP-17')
  assert.equal(draft.lines?.length, 2)
})

test('a cancelled order and a cancelled sale are the same thing', () => {
  const order = sampleOrder('1')
  assert.equal(mapper.toExternal({ ...order, canceled: true }).state, 'cancelled')
  assert.deepEqual(mapper.patch(sale({ state: 'cancelled' }), order, ['state']), { canceled: true })
})

test('a sale taken up again takes the order up again', () => {
  const order = sampleOrder('1', { canceled: true })
  assert.deepEqual(mapper.patch(sale({ state: 'processing' }), order, ['state']), {
    canceled: false,
    status: 'P',
  })
})

test('every state of Tryton has a status by default', () => {
  const states = ['draft', 'quotation', 'confirmed', 'processing', 'done'] as const
  assert.deepEqual(
    states.map((state) => mapper.convertIn('state', state)),
    ['N', 'N', 'P', 'P', 'F'],
  )
})

test('a status that nobody mapped parks the order', () => {
  assert.throws(
    () => mapper.toExternal(sampleOrder('1', { status: 'ZZ' })),
    (error) => {
      assert.ok(error instanceof ParkError)
      assert.equal(error.code, 'STATUS_UNMAPPED')
      return true
    },
  )
})

test('two statuses for one state are refused before the first order', () => {
  const ambiguous = settingsOf({ statuses: { N: 'quotation', A: 'quotation' } })
  assert.throws(() => saleMapper(ambiguous), ConfigError)
})

test('the same guest is the same party, and the code does not tell who it is', () => {
  const guest = (email: string) => {
    const order = sampleOrder('1')
    return mapper.toExternal({ ...order, customer: { ...order.customer, id: null, email } }).customer?.code
  }
  assert.equal(guest('Buyer@Example.com '), guest('buyer@example.com'))
  assert.notEqual(guest('buyer@example.com'), guest('other@example.com'))
  assert.doesNotMatch(guest('buyer@example.com') ?? '', /buyer|example/)
})

test('a total that differs is reported and never copied', () => {
  const order = sampleOrder('1')
  assert.deepEqual(mapper.mismatches(order, sale({ total: '4280' })), [])
  assert.deepEqual(mapper.mismatches(order, sale({ total: '4280.01' })), [
    { field: 'total', shop: '4280', external: '4280.01' },
  ])
})

function sale(changes: Partial<Sale>): Sale {
  return {
    reference: '1',
    description: null,
    comment: null,
    state: 'quotation',
    currency: 'RUB',
    total: '4280.00',
    lines: [],
    timestamp: '1',
    ...changes,
  }
}
