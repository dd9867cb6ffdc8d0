import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { stripVTControlCharacters } from 'node:util'
import { openSqliteStore, type DeadJob, type LaneInfo, type Store } from '@mufta/runtime'
import { readCodeTable } from '../../../tools/code-table.ts'
import { cli, json } from './helpers/cli.ts'
import { NAME, startPlace } from './helpers/place.ts'

interface JobsDocument {
  readonly connections: readonly { readonly parked: number; readonly dead: number }[]
  readonly states: readonly { readonly paused: boolean; readonly byOperator: boolean }[]
  readonly lanes: readonly LaneInfo[]
}

describe('what an operator asks', () => {
  it('jobs shows what is parked and why; unpark after the cure and sync brings the order', async (t) => {
    const { folder, portal, crm, configure } = await startPlace(t, UNUSUAL_STATUS)
    const id = portal.placeOrder({ statusId: 'X' })
    assert.equal((await cli(folder, ['sync'])).code, 1)
    const shown = await cli(folder, ['jobs', '--state', 'parked'], { MUFTA_LANG: 'ru' })
    assert.equal(shown.code, 0)
    assert.match(shown.stdout, new RegExp(`придержана +order/${id} .*STATUS_UNMAPPED .*«X»`))
    assert.match(shown.stdout, /придержано/)
    const document = json<JobsDocument>(await cli(folder, ['jobs', '--json', '--state', 'parked']))
    assert.equal(document.connections[0]?.parked, 1)
    assert.equal(document.lanes[0]?.failure?.code, 'STATUS_UNMAPPED')
    const none = await cli(folder, ['jobs', 'unpark', NAME, '--code', 'OTHER', '--json'])
    assert.equal(json(none)['cleared'], 0)
    assert.match((await cli(folder, ['jobs', 'unpark', NAME])).stdout, /1 lanes will be tried again/)
    configure({ settings: { statuses: { N: 'new', X: 'assembling' } } })
    assert.equal((await cli(folder, ['sync'])).code, 0)
    assert.equal(crm.order(String(id))?.status, 'assembling')
  })

  it('a paused connection stays so until it is resumed, and sync says so instead of waiting', async (t) => {
    const { folder, portal, crm } = await startPlace(t)
    portal.placeOrder({})
    await withStore(folder, 'runtime', () => undefined)
    assert.equal((await cli(folder, ['jobs', 'pause', NAME])).code, 0)
    const paused = await cli(folder, ['sync', '--json'])
    assert.equal(paused.code, 1)
    assert.equal(json(paused)['finished'], false)
    assert.equal(crm.orders().length, 0)
    assert.equal((await cli(folder, ['jobs', 'resume', NAME])).code, 0)
    assert.equal((await cli(folder, ['sync'])).code, 0)
    assert.equal(crm.orders().length, 1)
    const typo = await cli(folder, ['jobs', 'pause', 'shop'])
    assert.equal(typo.code, 2)
    assert.match(typo.stderr, /no connection "shop".*known: shop-crm/)
  })

  it('a wrong key ends a sync with the reason, and the same command goes on after the cure', async (t) => {
    const { folder, portal, crm, configure } = await startPlace(t)
    portal.placeOrder({})
    configure({ settings: { apiKey: 'SENTINEL-wrong' } })
    const wrong = await cli(folder, ['sync'])
    assert.equal(wrong.code, 1)
    assert.match(wrong.stdout, /paused: .*RetailCRM/)
    assert.ok(!wrong.stdout.includes('SENTINEL'))
    configure()
    assert.equal((await cli(folder, ['sync'])).code, 0)
    assert.equal(crm.orders().length, 1)
  })

  it('dead letters are listed by cause, shown, put back and dismissed', async (t) => {
    const { folder } = await startPlace(t)
    const ids = await bury(folder, 3)
    const list = await cli(folder, ['dead'])
    assert.equal(list.code, 1)
    assert.match(list.stdout, /TEST_REFUSED × 3\n {2}refused for a test\n/)
    assert.equal((await cli(folder, ['dead', 'list', '--code', 'OTHER'])).code, 0)
    const { dead } = json<{ dead: readonly DeadJob[] }>(await cli(folder, ['dead', 'list', '--json']))
    assert.deepEqual(
      dead.map(({ id }) => id).toSorted((a, b) => a - b),
      ids,
    )
    const [first, second] = ids
    assert.match((await cli(folder, ['dead', 'show', String(first)])).stdout, /field: +status|field: status/)
    assert.equal((await cli(folder, ['dead', 'show', '99999'])).code, 1)
    assert.equal(json(await cli(folder, ['dead', 'redrive', String(first), '--json']))['redriven'], 1)
    const dismissed = await cli(folder, [
      'dead',
      'dismiss',
      String(second),
      '--reason',
      'проверено',
      '--json',
    ])
    assert.deepEqual(json(dismissed), { dismissed: 1, reason: 'проверено' })
    assert.equal((await cli(folder, ['dead', 'redrive', '99999'])).code, 1)
    assert.match((await cli(folder, ['dead', 'redrive', '--all'])).stdout, /^1 put back/)
    assert.equal((await cli(folder, ['dead'])).code, 0)
    await withStore(folder, 'tool', (store) => {
      const kinds = store
        .journalTail({ connection: NAME })
        .map(({ kind, detail }) => [kind, detail?.['reason']])
      assert.ok(
        kinds.some(([, reason]) => reason === 'проверено'),
        'the reason is kept',
      )
    })
  })

  it('dead letters say in Russian what their code means and what to do, once for all of them', async (t) => {
    const { folder } = await startPlace(t)
    const [first] = await bury(folder, 2, 'CLIENT_REFUSED')
    const list = stripVTControlCharacters((await cli(folder, ['dead'], { MUFTA_LANG: 'ru' })).stdout)
    const { means, todo } = (await readCodeTable())['CLIENT_REFUSED']?.ru ?? assert.fail('it is documented')
    const head = [`CLIENT_REFUSED × 2: ${means}`, '  поле: status', `  → ${todo}`]
    assert.deepEqual(list.split('\n').slice(0, 3), head)
    assert.equal(list.match(/^ {2}#\d+/gm)?.length, 2)
    const shown = await cli(folder, ['dead', 'show', String(first)], { MUFTA_LANG: 'ru' })
    const explained = `\nCLIENT_REFUSED: ${means}\n  → ${todo}\n`
    assert.ok(stripVTControlCharacters(shown.stdout).includes(explained), shown.stdout)
    assert.match(
      stripVTControlCharacters(shown.stdout),
      / {4}поле: status\n {4}технически: refused for a test/,
    )
  })

  it('why tells the life of an order by either id, and ends with 1 for an unknown one', async (t) => {
    const { folder, portal, crm } = await startPlace(t)
    const id = portal.placeOrder({})
    await cli(folder, ['sync'])
    const copy = crm.order(String(id))
    const shown = await cli(folder, ['why', 'order', String(id)])
    assert.equal(shown.code, 0)
    assert.match(shown.stdout, new RegExp(`bound: shop ${id} ↔ ${copy?.id}`))
    const TIME = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\S*`
    assert.match(
      shown.stdout,
      new RegExp(`write {2}CREATED {2}.*read ${TIME}Z: the shop’s order changed ${TIME}, version \\d+ {2}`),
    )
    crm.userEdit(String(id), { managerComment: 'ring' })
    await cli(folder, ['sync'])
    const russian = await cli(folder, ['why', 'order', String(id)], { MUFTA_LANG: 'ru' })
    assert.match(
      russian.stdout,
      new RegExp(`UPDATED .*заказ магазина изменён ${TIME}.*; запись ${copy?.id} `),
    )
    const byExternal = json<{ lives: readonly { known: boolean }[] }>(
      await cli(folder, ['why', 'order', String(copy?.id), '--json']),
    )
    assert.equal(byExternal.lives[0]?.known, true)
    assert.equal((await cli(folder, ['why', 'order', '404'])).code, 1)
  })

  it('why names the fields that were written and keeps their values to itself: people send it on', async (t) => {
    const { folder, portal, crm } = await startPlace(t)
    const id = String(portal.placeOrder({}))
    await cli(folder, ['sync'])
    crm.userEdit(id, { managerComment: 'sentinel of a buyer' })
    await cli(folder, ['sync'])
    assert.equal(portal.order(Number(id))?.['comments'], 'sentinel of a buyer')
    for (const format of [[], ['--json']]) {
      const { stdout } = await cli(folder, ['why', 'order', id, ...format])
      assert.match(stdout, /UPDATED[^]*managerComment/)
      assert.ok(!stdout.includes('sentinel'), stdout)
    }
  })

  it('before the first run each says that there is no store yet, and makes none', async (t) => {
    const { folder } = await startPlace(t)
    for (const args of [['jobs'], ['dead'], ['why', 'order', '1']]) {
      const ended = await cli(folder, [...args, '--json'])
      assert.equal(ended.code, 1)
      assert.equal(json<{ error: { code: string } }>(ended).error.code, 'STORE_MISSING')
    }
  })
})

const UNUSUAL_STATUS = { portal: { statuses: [{ id: 'X', type: 'O', name: 'Особый' }] } } as const

async function withStore(folder: string, role: 'runtime' | 'tool', act: (store: Store) => unknown) {
  await using store = await openSqliteStore({ path: join(folder, 'data/mufta.db'), role })
  await act(store)
}

/** Dead letters as a worker leaves them. */
async function bury(folder: string, count: number, code = 'TEST_REFUSED'): Promise<readonly number[]> {
  await withStore(folder, 'runtime', async (store) => {
    const jobs = Array.from({ length: count }, (_, index) => ({
      connection: NAME,
      lane: `order/${index + 1}`,
      kind: 'sync',
      payload: { reason: 'test' },
    }))
    await store.push(jobs)
    const leases = await store.lease({ limit: count, owner: 'test', leaseMs: 1000, connections: [NAME] })
    const failure = { code, message: 'refused for a test', facts: { field: 'status' } }
    for (const lease of leases) await store.fail(lease, failure, { kind: 'dead' })
  })
  const ids: number[] = []
  await withStore(folder, 'tool', (store) => ids.push(...store.deadJobs({}).map(({ id }) => id)))
  return ids.toSorted((a, b) => a - b)
}
