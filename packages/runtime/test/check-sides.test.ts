import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  mapping,
  RetryableError,
  shopDictionaries,
  wordsIn,
  type Connector,
  type DictionaryEntry,
  type Shop,
} from '@mufta/kit'
import { FindingWords } from '@mufta/testing/acceptance'
import { z } from 'zod'
import { checkSides } from '../src/index.ts'
import { FakeCrm } from './fakes/fake-crm.ts'
import { fakeConnector } from './fakes/fake-connector.ts'
import { FakeShop } from './fakes/fake-shop.ts'

const checked = async (error: Error) => {
  const check = async (): Promise<never> => {
    throw error
  }
  const shop = { check } as unknown as Shop
  return checkSides({ shop, external: null }, AbortSignal.timeout(5000))
}

test('a check that breaks off is a finding in both languages, without the text of the error', async () => {
  const { ok, findings } = await checked(new Error('sentinel-2718'))
  assert.equal(ok, false)
  assert.deepEqual(
    new FindingWords().read(findings).map(({ code, side }) => [code, side]),
    [['UNEXPECTED', 'site']],
  )
  assert.equal(typeof findings[0]?.message, 'object')
  assert.doesNotMatch(JSON.stringify(findings), /sentinel/)
})

test('an error of ours keeps its own words', async () => {
  const { findings } = await checked(new RetryableError('PORTAL_UNREACHABLE', 'No connection to the portal'))
  assert.deepEqual(
    findings.map(({ code, message }) => [code, message]),
    [['PORTAL_UNREACHABLE', 'No connection to the portal']],
  )
})

const title = { en: 'Pairs', ru: 'Пары' }
const schema = z.strictObject({
  statuses: mapping().meta({ title, dictionary: { shop: 'statuses', external: 'statuses' } }),
  statusesToShop: mapping().meta({ title, dictionary: { shop: 'statuses', external: 'statuses' } }),
  stores: mapping().meta({ title, dictionary: { shop: 'stores', external: 'stores' } }),
})
const entry = (code: string, name: string, active = true): DictionaryEntry => ({ code, name, active })

/** Level, English words and advice of what is said about the pairs, read in both languages. */
async function saidOf(
  settings: Partial<z.output<typeof schema>>,
  lists: Readonly<Record<string, readonly DictionaryEntry[]>>,
) {
  const shop = new FakeShop()
  const empty = Object.fromEntries(shopDictionaries.map((name) => [name, []]))
  const dictionaries = async () => ({ ...empty, ...lists }) as Awaited<ReturnType<Shop['dictionaries']>>
  Object.assign(shop, { dictionaries })
  const connector = { ...fakeConnector(), settings: schema } as unknown as Connector
  const full = { statuses: {}, statusesToShop: {}, stores: {}, ...settings }
  const external = { connector, client: new FakeCrm(), settings: full }
  const { findings } = await checkSides({ shop, external }, AbortSignal.timeout(5000))
  return new FindingWords()
    .read(findings)
    .map(({ level, code, side, message, fix }) => [
      `${side} ${level} ${code}`,
      wordsIn(message, 'en'),
      wordsIn(fix ?? '', 'en'),
    ])
}

const stores = [entry('1', 'Основной склад'), entry('2', 'Shop'), entry('21', 'Closed', false)]

test('a code that the shop does not have is found, with the one that was probably meant', async () => {
  assert.deepEqual(await saidOf({ stores: { '1': 'main', '2': 'shop', '21': 'old' } }, { stores }), [])
  const said = await saidOf({ stores: { '1': 'main', shoop: 'shop' } }, { stores })
  assert.deepEqual(said, [
    [
      'external warning SHOP_CODE_UNKNOWN',
      '"stores" maps "shoop", which the shop does not have',
      'Did you mean "2" (Shop)? Correct the code in "stores"',
    ],
  ])
})

test('where no code is near, those are offered that are not mapped yet', async () => {
  const fixOf = async (table: Record<string, string>) => (await saidOf({ stores: table }, { stores }))[0]?.[2]
  assert.equal(
    await fixOf({ '777': 'x' }),
    'Take "777" out of "stores", or put another code there: "1" (Основной склад), "2" (Shop)',
  )
  assert.equal(await fixOf({ '1': 'main', '2': 'shop', '777': 'x' }), 'Take "777" out of "stores"')
  const many = Array.from({ length: 9 }, (_, index) => entry(`${index}`, `Store ${index}`))
  const [said] = await saidOf({ stores: { '777': 'x' } }, { stores: many })
  assert.match(said?.[2] ?? '', /"7" \(Store 7\) …$/)
})

test('the way back must not lead to a status that the shop does not have', async () => {
  const statuses = [entry('N', 'New'), entry('F', 'Finished')]
  const settings = { statuses: { N: 'new', F: 'done' }, statusesToShop: { sent: 'f', lost: 'ZZZZ' } }
  assert.deepEqual(
    (await saidOf(settings, { statuses })).map(([what, , fix]) => [what, fix]),
    [
      [
        'external error SHOP_CODE_UNKNOWN',
        'Did you mean "F" (Finished)? Correct the code in "statusesToShop"',
      ],
      [
        'external error SHOP_CODE_UNKNOWN',
        'Take "ZZZZ" out of "statusesToShop", or put another code there: "N" (New), "F" (Finished)',
      ],
    ],
  )
})

test('nothing is said of a list that cannot be read, or is known from orders alone', async () => {
  const settings = { stores: { '777': 'x' } }
  assert.deepEqual(await saidOf(settings, {}), [])
  assert.deepEqual(await saidOf(settings, { stores: [{ ...entry('1', 'Main'), fromOrders: true }] }), [])
})
