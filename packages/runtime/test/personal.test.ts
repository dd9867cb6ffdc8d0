import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { HIDDEN, isPersonal, withoutPersonal } from '../src/personal.ts'
import { orderOf } from './fakes/order.ts'

const SENTINELS = {
  email: 'ivan.sentinel@example.ru',
  phone: '+7 (912) 345-67-89',
  name: 'Сентинелов Иван',
  address: 'Sentinel street 5',
  zip: '190000',
}

describe('personal data', () => {
  it('is known by the name of its field, in every spelling that a connector may choose', () => {
    for (const field of [
      ...['email', 'e-mail', 'customer.phone', 'customerPhone', 'contact_name', 'customer.name', 'firstName'],
      ...['delivery.address.text', 'delivery.address.index', 'lastName', 'patronymic', 'buyer.FIO', 'zip'],
      ...['phones[0].number', 'recipientName', 'deliveryAddress', 'birthday', 'telephone', 'customer_email'],
    ])
      assert.ok(isPersonal(field), field)
    for (const field of [
      ...['items[4].name', 'name', 'status', 'number', 'paySystemName', 'productName', 'externalId', 'total'],
      ...['delivery.code', 'managerComment', 'customer.id', 'shipments[1].deliveryName', 'statuses'],
    ])
      assert.ok(!isPersonal(field), field)
  })

  it('of a whole order is hidden wherever it stands, and nothing else is', () => {
    const order = orderOf('5012', {
      customer: { id: '7', ...SENTINELS },
      customerComment: `call ${SENTINELS.phone} or write to ${SENTINELS.email}`,
      properties: [
        { id: '1', code: 'FIO', name: 'Name', role: 'name', value: SENTINELS.name },
        { id: '2', code: 'ADDRESS', name: 'Where to', role: null, value: [SENTINELS.address] },
        { id: '3', code: 'COLOUR', name: 'Colour', role: null, value: 'red' },
      ],
    })
    const shown = withoutPersonal(order) as typeof order
    for (const sentinel of Object.values(SENTINELS))
      assert.ok(!JSON.stringify(shown).includes(sentinel), sentinel)
    assert.equal(shown.customer.name, HIDDEN)
    assert.equal(shown.customer.id, '7')
    assert.match(shown.customerComment ?? '', /^call \[phone\] or write to \[e-mail\]$/)
    assert.deepEqual(shown.properties[2], order.properties[2])
    assert.deepEqual(
      { ...shown, customer: 0, customerComment: 0, properties: 0 },
      { ...order, customer: 0, customerComment: 0, properties: 0 },
    )
  })

  it('of a changed field is hidden beside its name', () => {
    const change = { field: 'customer.phone', way: 'out', from: '123', to: null }
    assert.deepEqual(withoutPersonal([change, { field: 'status', from: 'N', to: 'P' }]), [
      { ...change, from: HIDDEN },
      { field: 'status', from: 'N', to: 'P' },
    ])
  })

  it('never comes through, however deep it lies', () => {
    const leaf = fc
      .constantFrom(...Object.entries(SENTINELS))
      .map(([name, value]) => ({ [name === 'name' ? 'firstName' : name]: value }))
    const tree = fc.letrec((tie) => ({
      node: fc.oneof(
        { maxDepth: 5 },
        leaf,
        fc.array(tie('node'), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom('a', 'items', 'value', 'customer'), tie('node'), { maxKeys: 3 }),
      ),
    })).node
    fc.assert(
      fc.property(tree, (value) => {
        const shown = JSON.stringify(withoutPersonal(value))
        assert.ok(!Object.values(SENTINELS).some((sentinel) => shown.includes(sentinel)))
      }),
      { numRuns: 200 },
    )
  })
})
