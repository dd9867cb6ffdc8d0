import assert from 'node:assert/strict'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { openSqliteStore } from '@mufta/runtime'
import { orderSamples } from '@mufta/testing'
import { cli, ndjson } from './helpers/cli.ts'
import { NAME, startPlace, type Place } from './helpers/place.ts'

interface Planned {
  readonly shopId: string
  readonly action: string
  readonly fields: readonly { readonly field: string; readonly way: string }[]
  readonly reason?: { readonly code: string }
}

describe('mufta plan', () => {
  it('tells creations field by field and writes nothing anywhere', async (t) => {
    const place = await startPlace(t)
    for (const sample of orderSamples(12, 5)) place.portal.placeOrder(sample)
    const before = await traces(place)
    const ended = await cli(place.folder, ['plan', '--json'])
    assert.equal(ended.code, 0, ended.stderr)
    const planned = ndjson<Planned>(ended)
    assert.equal(planned.length, 12)
    assert.ok(planned.every(({ action, fields }) => action === 'create' && fields.length > 10))
    assert.deepEqual(await traces(place), before)
  })

  it('of a loaded shop tells which fields go where and what is in step, and changes nothing', async (t) => {
    const place = await startPlace(t)
    const { folder, portal, crm } = place
    const [first = 0, second = 0, third = 0] = orderSamples(3, 5).map((sample) => portal.placeOrder(sample))
    assert.equal((await cli(folder, ['sync'])).code, 0)
    portal.editOrder(first, { comment: 'новый комментарий' })
    crm.userEdit(String(second), { status: 'complete' })
    const before = await traces(place)
    const ended = await cli(folder, ['plan', '--json'])
    assert.equal(ended.code, 0)
    const planned = new Map(ndjson<Planned>(ended).map((each) => [each.shopId, each]))
    assert.deepEqual(ways(planned.get(String(first))), ['customerComment out'])
    assert.deepEqual(ways(planned.get(String(second))), ['status in'])
    assert.equal(planned.get(String(third))?.action, 'skip')
    assert.deepEqual(await traces(place), before)
    const shown = await cli(folder, ['plan'], { MUFTA_LANG: 'ru' })
    assert.match(shown.stdout, /customerComment: .* → .*во внешнюю систему/)
    assert.match(shown.stdout, /создать 0, изменить 2, пропустить 1, придержать 0/)
  })

  it('ends with 1 when an order would park, and says why', async (t) => {
    const { folder, portal } = await startPlace(t, {
      portal: { statuses: [{ id: 'X', type: 'O', name: 'Особый' }] },
    })
    portal.placeOrder({ statusId: 'X' })
    const ended = await cli(folder, ['plan', '--json'])
    assert.equal(ended.code, 1)
    assert.equal(ndjson<Planned>(ended)[0]?.reason?.code, 'STATUS_UNMAPPED')
  })

  it('looks at so many orders as asked, and at those since a date', async (t) => {
    const { folder, portal } = await startPlace(t)
    for (const sample of orderSamples(5, 5)) portal.placeOrder(sample)
    assert.equal(ndjson(await cli(folder, ['plan', '--json', '--limit', '2'])).length, 2)
    assert.equal(ndjson(await cli(folder, ['plan', '--json', '--limit', '0'])).length, 0)
    assert.equal(ndjson(await cli(folder, ['plan', '--json', '--since', '2100-01-01'])).length, 0)
  })
})

function ways(planned: Planned | undefined): readonly string[] {
  return planned?.fields.map(({ field, way }) => `${field} ${way}`) ?? []
}

/** What a write would leave: on the portal, in the CRM, in the store and in the folder. */
async function traces({ folder, portal, crm }: Place): Promise<unknown> {
  return {
    portal: [...portal.stats.byMethod].filter(([method]) => /\.(add|update|delete|bind)$/.test(method)),
    crm: [crm.stats.ordersCreated, crm.stats.ordersEdited, crm.customers().length],
    files: readdirSync(folder),
    store: existsSync(join(folder, 'data/mufta.db')) ? await inStore(folder) : null,
  }
}

async function inStore(folder: string): Promise<unknown> {
  await using store = await openSqliteStore({ path: join(folder, 'data/mufta.db'), role: 'tool' })
  return {
    bindings: store.countBindings(NAME),
    counts: store.counts(),
    journal: store.journalTail({ connection: NAME, limit: 10_000 }),
  }
}
