import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { createBudgetRegistry } from '@mufta/kit'
import { createLog, openSqliteStore } from '@mufta/runtime'
import { loadConfig } from '../src/config/load.ts'
import { createWorkshop } from '../src/config/workshop.ts'
import { startPlace } from './helpers/place.ts'

describe('the workshop', () => {
  it('opens a site alone, before anybody chose a connector', async (t) => {
    const { folder, portal } = await startPlace(t)
    const loaded = await loadConfig(folder, process.env, join(folder, 'mufta.config.json'))
    await using store = await openSqliteStore({ path: ':memory:', role: 'runtime' })
    const log = createLog({ level: 'error', redact: (text) => text, write: () => undefined })
    const secrets = new Set<string>()
    const workshop = createWorkshop({ loaded, store, log, budgets: createBudgetRegistry() }, [], secrets)
    const shop = workshop.openShop('~check', {
      connector: '',
      mode: 'test',
      site: { kind: 'rest', webhook: portal.webhook },
      settings: {},
      schedule: {},
      security: { allowHosts: [] },
    })
    const findings = await shop.check({ signal: AbortSignal.timeout(10_000) })
    assert.deepEqual(
      findings.filter(({ level }) => level === 'error'),
      [],
    )
    assert.ok(findings.some(({ code }) => code === 'SITE_REACHABLE'))
    assert.ok(secrets.size > 0, 'its secrets are known to the redactor')
    await shop.close()
  })
})
