import assert from 'node:assert/strict'
import { test } from 'node:test'
import { shopDictionaries, type CheckContext, type DictionaryEntry, type ShopDictionaries } from '@mufta/kit'
import connector from '../src/index.ts'
import type { TrytonClient } from '../src/client.ts'
import type { TrytonSettings } from '../src/settings.ts'
import { FindingWords } from '@mufta/testing/acceptance'
import { TestConnection } from './connection.ts'
import { describeTryton } from './describe-tryton.ts'
import { sampleOrder } from './sample-order.ts'

const statuses = [
  { code: 'N', name: 'Принят', active: true },
  { code: 'P', name: 'Оплачен', active: true },
  { code: 'F', name: 'Выполнен', active: true },
]

const words = new FindingWords()

describeTryton('check and installer against a real Tryton', (tryton) => {
  test('a company that is set up has nothing to complain about', async () => {
    const findings = words.read(await connector.check(contextOf(tryton.connection)))
    assert.deepEqual(new Set(findings.map(({ level }) => level)), new Set(['ok']))
  })

  test('what is missing on either side is named with what to do about it', async () => {
    await using other = new TestConnection(tryton.server, {
      paymentTerm: 'Через год',
      statuses: { N: 'quotation', F: 'done' },
      statusesToShop: { draft: 'N', confirmed: 'N' },
    })
    const findings = words.read(await connector.check(contextOf(other, { currencies: ['RUB', 'XAU'] })))
    const problems = findings.filter(({ level }) => level === 'error')
    assert.deepEqual(
      problems.map(({ code }) => code),
      ['TRYTON_CURRENCY', 'TRYTON_PAYMENT_TERM', 'TRYTON_STATUS_UNMAPPED', 'TRYTON_STATE_UNMAPPED'],
    )
    assert.ok(problems.every(({ fix }) => fix !== undefined))
  })

  test('a wrong password is one finding that does not print it', async () => {
    await using wrong = new TestConnection({ ...tryton.server, password: 'sentinel-1618' })
    const findings = words.read(await connector.check(contextOf(wrong)))
    assert.deepEqual(
      findings.map(({ level, code }) => [level, code]),
      [['error', 'TRYTON_LOGIN']],
    )
    assert.doesNotMatch(JSON.stringify(findings), /sentinel/)
  })

  test('the installer adds the payment term once and takes only its own away', async () => {
    await using other = new TestConnection(tryton.server, { paymentTerm: 'Неделя' })
    const { installer } = connector
    assert.ok(installer)
    const terms = () => tryton.count('account.invoice.payment_term', [['name', 'in', ['Неделя', 'Сразу']]])
    await installer.install(other)
    await installer.install(other)
    assert.equal(await terms(), 2)
    await installer.uninstall(other)
    await installer.uninstall(other)
    await installer.uninstall(tryton.connection)
    assert.equal(await terms(), 1)
  })

  test('a payment term that sales use stays', async () => {
    await using other = new TestConnection(tryton.server, { paymentTerm: 'Месяц' })
    await connector.installer?.install(other)
    await other.push(sampleOrder('1'))
    const [line] = (await connector.installer?.uninstall(other)) ?? []
    assert.deepEqual(line, {
      en: 'Payment term "Месяц" stays: sales or invoices use it',
      ru: 'Условие оплаты «Месяц» остаётся: оно стоит в продажах или счетах',
    })
  })

  test('states and payment terms are offered to the settings page', async () => {
    const dictionaries = await connector.dictionaries?.(tryton.connection.client)
    assert.equal(dictionaries?.['states']?.length, 6)
    assert.ok(dictionaries?.['paymentTerms']?.some(({ code }) => code === 'Сразу'))
  })
})

function contextOf(
  connection: TestConnection,
  changes: Partial<CheckContext<TrytonClient, TrytonSettings>> = {},
): CheckContext<TrytonClient, TrytonSettings> {
  const none: readonly DictionaryEntry[] = []
  const empty = Object.fromEntries(shopDictionaries.map((name) => [name, none])) as ShopDictionaries
  const { client, settings } = connection
  return { client, settings, shop: { ...empty, statuses }, currencies: ['RUB'], ...changes }
}
