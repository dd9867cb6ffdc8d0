import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { decimalNumber, decimalText, mapper, ParkError, statusMap, type Mapper } from '@mufta/kit'

interface ShopRow {
  readonly id: string
  readonly paid: boolean
  readonly sum: string
}
interface ShopRecord {
  readonly id: string
  readonly status: string
  readonly comment?: string | null | undefined
  readonly rate: string | null
  readonly customer: { readonly email: string | null }
  readonly payments: readonly ShopRow[]
}
interface CrmRow {
  readonly ref?: string
  readonly state: string
  readonly amount: number
}
interface CrmRecord {
  readonly externalId: string
  readonly statusId: string
  readonly note?: string | null
  readonly vat: string | null
  readonly person: { readonly mail?: string | null }
  readonly pays: readonly CrmRow[]
  readonly kind: string
}

const statuses = statusMap({ name: 'statuses', table: { N: 'new', P: 'paid', F: 'done' } })
const paid = {
  toExternal: (value: boolean) => (value ? 'paid' : 'not-paid'),
  toShop: (value: string) => value === 'paid',
}
const rows = mapper<ShopRow, CrmRow>(({ out, both }) => ({
  ref: out('id'),
  state: both('paid', paid),
  amount: out('sum', decimalNumber),
}))
const record: Mapper<ShopRecord, CrmRecord> = mapper<ShopRecord, CrmRecord>(
  ({ out, both, createOnly, list, constant }) => ({
    externalId: out('id'),
    statusId: both('status', statuses, { owner: 'external' }),
    note: both('comment'),
    vat: out('rate', decimalText),
    'person.mail': createOnly('customer.email'),
    pays: list('payments', rows, {
      key: (row: ShopRow) => row.id,
      externalKey: (row: CrmRow) => row.ref,
      direction: 'both',
    }),
    kind: constant('eshop'),
  }),
)

const order: ShopRecord = {
  id: '5',
  status: 'N',
  comment: '',
  rate: '20',
  customer: { email: 'a@example.com' },
  payments: [{ id: '71', paid: false, sum: '10.50' }],
}

describe('mapper', () => {
  it('makes the whole draft of a creation, constants and create-only fields included', () => {
    assert.deepEqual(record.toExternal(order), {
      externalId: '5',
      statusId: 'new',
      note: '',
      vat: '20',
      person: { mail: 'a@example.com' },
      pays: [{ ref: '71', state: 'not-paid', amount: 10.5 }],
      kind: 'eshop',
    })
  })

  it('drafts only the named fields, a list whole, and no constants', () => {
    assert.deepEqual(record.draft(order, ['pays[71].state']), {
      pays: [{ ref: '71', state: 'not-paid', amount: 10.5 }],
    })
    assert.deepEqual(record.draft(order, ['statusId']), { statusId: 'new' })
  })

  it('patches the shop through paths, and rows by their key', () => {
    const external = {
      ...record.toExternal(order),
      statusId: 'paid',
      pays: [{ ref: '71', state: 'paid', amount: 10.5 }],
    } as CrmRecord
    assert.deepEqual(record.patch(external, order, ['statusId', 'pays[71].state']), {
      status: 'P',
      payments: [{ id: '71', paid: true }],
    })
  })

  it('ignores rows that were made on the other side', () => {
    const external = { ...record.toExternal(order), pays: [{ state: 'paid', amount: 1 }] } as CrmRecord
    assert.deepEqual(
      Object.keys(record.externalValues(external)).filter((name) => name.startsWith('pays')),
      [],
    )
  })

  it('parks a record whose status is not mapped, naming the setting and the value', () => {
    assert.throws(
      () => record.toExternal({ ...order, status: 'X' }),
      (error: unknown) =>
        error instanceof ParkError && error.code === 'STATUS_UNMAPPED' && error.message.includes('"X"'),
    )
  })

  it('takes 20 and 20.00 for the same rate, and 20 and 10 for different ones', () => {
    assert.equal(record.sameExternal('vat', '20', '20.00'), true)
    assert.equal(record.sameExternal('vat', '20', '10'), false)
    assert.equal(record.sameExternal('note', '20', '20.00'), false)
  })

  it('changes its version with its declaration', () => {
    const other = mapper<ShopRecord, CrmRecord>(({ out }) => ({ externalId: out('id') }))
    assert.notEqual(other.version, record.version)
  })

  it('keeps absent, null, "" and 0 apart through a round trip', () => {
    const text = fc.oneof(
      fc.constant(undefined),
      fc.constant(null),
      fc.constant(''),
      fc.constant('0'),
      fc.string(),
    )
    fc.assert(
      fc.property(text, (comment) => {
        const sent = record.toExternal({ ...order, comment }) as CrmRecord
        const patch = record.toShop(sent, order)
        assert.equal(Object.hasOwn(sent, 'note'), comment !== undefined)
        assert.equal(patch['comment'], comment)
        assert.equal(Object.hasOwn(patch, 'comment'), comment !== undefined)
      }),
    )
  })

  it('brings every two-way field back as it went out, whatever the rows', () => {
    const row = fc.record({
      id: fc.stringMatching(/^[1-9][0-9]{0,8}$/),
      paid: fc.boolean(),
      sum: fc.constantFrom('0', '10.5', '0.01'),
    })
    const any = fc.record({
      id: fc.constant('5'),
      status: fc.constantFrom('N', 'P', 'F'),
      comment: fc.option(fc.string()),
      rate: fc.constant('20'),
      customer: fc.constant({ email: null }),
      payments: fc.uniqueArray(row, { selector: (each) => each.id, maxLength: 5 }),
    })
    fc.assert(
      fc.property(any, (shop) => {
        const sent = record.toExternal(shop) as CrmRecord
        const patch = record.toShop(sent, shop)
        assert.equal(patch['status'], shop.status)
        assert.equal(patch['comment'], shop.comment)
        const paidBack = (patch['payments'] ?? []) as { id: string; paid: boolean }[]
        assert.deepEqual(
          paidBack.map((each) => [each.id, each.paid]).sort(),
          shop.payments.map((each) => [each.id, each.paid]).sort(),
        )
      }),
    )
  })

  it('does not touch prototypes whatever the keys', () => {
    const odd = mapper<ShopRecord, Record<string, string>>(({ out }) => ({
      ['__proto__.polluted']: out('id'),
    }))
    odd.toExternal(order)
    assert.equal(({} as Record<string, unknown>)['polluted'], undefined)
  })

  it('tells from where to where each field flows, and that a computed one has no field in the shop', () => {
    const owner = 'shop'
    assert.deepEqual(record.fields(), [
      { field: 'externalId', shop: 'id', direction: 'out', owner },
      { field: 'statusId', shop: 'status', direction: 'both', owner: 'external' },
      { field: 'note', shop: 'comment', direction: 'both', owner },
      { field: 'vat', shop: 'rate', direction: 'out', owner },
      { field: 'person.mail', shop: 'customer.email', direction: 'create-only', owner },
      { field: 'pays[].ref', shop: 'payments[].id', direction: 'out', owner },
      { field: 'pays[].state', shop: 'payments[].paid', direction: 'both', owner },
      { field: 'pays[].amount', shop: 'payments[].sum', direction: 'out', owner },
      { field: 'kind', shop: null, direction: 'create-only', owner },
    ])
    const keys = { key: (row: ShopRow) => row.id, externalKey: (row: CrmRow) => row.ref }
    const computed = mapper<ShopRecord, CrmRecord & { sum: string; mark: string }>(
      ({ out, both, check, list }) => ({
        externalId: out((shop) => shop.id),
        note: both({ get: (shop) => shop.comment, set: (comment) => ({ comment }) }),
        pays: list<ShopRow, CrmRow>((shop) => shop.payments, rows, keys),
        sum: check((shop) => shop.rate),
        mark: check('rate'),
      }),
    )
    assert.deepEqual(
      computed.fields().map(({ field, shop }) => [field, shop]),
      [
        ['externalId', null],
        ['note', null],
        ['pays[].ref', null],
        ['pays[].state', null],
        ['pays[].amount', null],
        ['sum', null],
        ['mark', 'rate'],
      ],
    )
  })

  it('keeps its version while names, kinds and directions stay: bindings hold it', () => {
    assert.equal(record.version, '125dadda')
  })

  it('refuses a field that flows in but cannot be set', () => {
    assert.throws(
      () => mapper<ShopRecord, CrmRecord>(({ both }) => ({ note: both((shop) => shop.comment) })),
      {
        code: 'MAPPER_NOT_SETTABLE',
      },
    )
  })
})
