import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decimal, grossPrice, toDecimal, type Decimal } from '@mufta/kit'
import { orderSamples, startPortal } from '../src/portal/index.ts'
import { rows, type Json } from './portal-caller.ts'

test('the same seed gives the same orders, another seed others', () => {
  assert.deepEqual(orderSamples(20, 7), orderSamples(20, 7))
  assert.notDeepEqual(orderSamples(20, 7), orderSamples(20, 8))
})

test('two hundred samples cover what makes orders hard', () => {
  const samples = orderSamples(200)
  const items = samples.flatMap((sample) => sample.items ?? [])
  const has = (what: string, found: boolean): void => assert.ok(found, `no sample with ${what}`)
  has(
    'a legal person',
    samples.some((sample) => sample.personTypeId === 2),
  )
  has(
    'an individual',
    samples.some((sample) => sample.personTypeId === 1),
  )
  has(
    'a discount',
    items.some((item) => item.basePrice !== item.price),
  )
  for (const vat of [null, '0', '10', '20'])
    has(
      `VAT ${vat}`,
      items.some((item) => item.vatPercent === vat),
    )
  has(
    'VAT on top',
    items.some((item) => item.vatIncluded === false && item.vatPercent === '20'),
  )
  has(
    'a fractional quantity',
    items.some((item) => String(item.quantity).includes('.')),
  )
  has(
    'free delivery',
    samples.some((sample) => sample.shipments?.[0]?.price === '0'),
  )
  has(
    'paid delivery',
    samples.some((sample) => sample.shipments?.[0]?.price !== '0'),
  )
  has(
    'two payments',
    samples.some((sample) => sample.payments?.length === 2),
  )
  has(
    'a paid order',
    samples.some((sample) => sample.payments?.length === 1 && sample.payments[0]?.paid === true),
  )
  has('an emoji', JSON.stringify(samples).includes('🔥'))
  has('quotes', JSON.stringify(samples).includes(String.raw`\"Север`))
  has(
    'a list value',
    samples.some((sample) => Array.isArray(sample.properties?.['8'])),
  )
})

test('totals of placed samples are exact to the kopeck, and payments add up to them', async (t) => {
  const portal = await startPortal()
  t.after(() => portal.close())
  for (const sample of orderSamples(300, 3)) portal.placeOrder(sample)
  for (const order of portal.orders()) {
    const expected = decimal.add(
      decimal.sum(rows(order, 'basketItems').map(lineOf)),
      decimal.sum(rows(order, 'shipments').map((shipment) => amount(shipment['priceDelivery']))),
    )
    assert.equal(decimal.compare(amount(order['price']), expected), 0)
    assert.equal(decimal.compare(decimal.round(expected, 2), expected), 0)
    const paid = decimal.sum(rows(order, 'payments').map((payment) => amount(payment['sum'])))
    assert.equal(decimal.compare(paid, expected), 0)
  }
})

/** The line by the shop model's own rule, rounded once. */
function lineOf(item: Json): Decimal {
  const price = { amount: amount(item['price']), currency: 'RUB' }
  const gross = grossPrice({
    id: '1',
    productId: null,
    productXmlId: null,
    name: '',
    quantity: '1',
    price,
    basePrice: price,
    discount: price,
    vatRate: item['vatRate'] === null ? null : decimal.multiply(amount(item['vatRate']), '100'),
    vatIncluded: item['vatIncluded'] === 'Y',
    measureCode: null,
    measureName: null,
    properties: [],
  })
  return decimal.round(decimal.multiply(gross.amount, amount(item['quantity'])), 2)
}

function amount(value: unknown): Decimal {
  return toDecimal(Number(value))
}
