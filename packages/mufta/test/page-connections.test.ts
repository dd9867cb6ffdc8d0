import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import type { Overview } from '../../runtime/src/insight/overview.ts'
import type { ConnectionView } from '../../runtime/src/settings-store/views.ts'
import { waitFor } from './bridge-helpers/child.ts'
import { applicationSite, NAME, startPlace, type Place } from './helpers/place.ts'
import { startPage, type PagePlace } from './helpers/page.ts'

type Answer = { readonly connections: readonly unknown[] }

/** An empty Mufta beside both simulated systems, and a connection made through its API. */
async function startConnected(
  t: TestContext,
  change: (place: Place) => object = () => ({}),
): Promise<{ readonly place: Place; readonly page: PagePlace }> {
  const place = await startPlace(t)
  const page = await startPage(t)
  const made = await page.administrator.post<Answer>('/connections', {
    name: NAME,
    connector: 'retailcrm',
    mode: 'production',
    site: { kind: 'rest', webhook: place.portal.webhook },
    settings: { url: place.crm.url, apiKey: place.crm.apiKey },
    ...change(place),
  })
  assert.equal(made.status, 200, made.text)
  return { place, page }
}

const settingsOf = async ({ administrator }: PagePlace): Promise<ConnectionView> =>
  (await administrator.get<ConnectionView>(`/connections/${NAME}`)).body

describe('a connection made through the API of a running Mufta', () => {
  it('with nothing to do shows nothing that waits: its own polls and sweeps are no work of anybody', async (t) => {
    const { page } = await startConnected(t)
    let counts: Overview['connections'][number]['counts'] | undefined
    await waitFor(async () => {
      counts = (await page.administrator.get<Overview>('/overview')).body.connections[0]?.counts
      return counts?.running === 0
    }, 'the first polls to be over')
    assert.deepEqual(counts, { waiting: 0, running: 0, parked: 0, dead: 0, doneToday: 0 })
  })

  it('shows what is left of the rate budgets of both sides', async (t) => {
    const { page } = await startConnected(t)
    const { body } = await page.administrator.get<Overview>('/overview')
    const budgets = body.connections[0]?.budgets
    assert.equal(budgets?.site?.capacity, 40, 'the portal’s 50 without what is left to others')
    assert.equal(budgets.external?.capacity, 1, 'RetailCRM’s 10 a second')
    assert.equal(budgets.external.perSecond, 9)
    for (const { free, capacity } of [budgets.site, budgets.external])
      assert.ok(free >= 0 && free <= capacity)
  })

  it('goes over from an application of the portal to a webhook and back', async (t) => {
    const { place, page } = await startConnected(t, ({ portal }) => ({ site: applicationSite(portal) }))
    const change = async (site: object): Promise<void> => {
      const { version } = await settingsOf(page)
      const saved = await page.administrator.put(`/connections/${NAME}`, { version, site })
      assert.equal(saved.status, 200, saved.text)
      const checked = await page.administrator.post<{ findings: readonly { side: string; level: string }[] }>(
        `/connections/${NAME}/check`,
        {},
      )
      const bad = checked.body.findings.filter(({ side, level }) => side === 'site' && level === 'error')
      assert.deepEqual(bad, [])
    }
    // As the page sends it: the secrets of the road that is left are taken away.
    const none = { clientSecret: null, refreshToken: null }
    await change({ kind: 'rest', webhook: place.portal.webhook, oauth: none })
    const { site } = await settingsOf(page)
    assert.deepEqual(Object.keys(site).toSorted(), ['applicationToken', 'kind', 'webhook'])
    await change({ ...applicationSite(place.portal), webhook: null })
    assert.equal('webhook' in (await settingsOf(page)).site, false)
  })
})
