import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { BridgeCaller, pairWith } from './bridge-helpers/bridge-caller.ts'
import { sqlModes } from './bridge-helpers/modes.ts'
import type { PhpServer } from './bridge-helpers/php-server.ts'
import { Site } from './bridge-helpers/site.ts'
import { skipWithoutPhp } from './bridge-helpers/tools.ts'

interface Claimed {
  readonly token: string
  readonly rows: readonly {
    readonly id: string
    readonly entityId: string
    readonly version: number | null
  }[]
}

for (const { name, sqlMode } of sqlModes) {
  describe(`the outbox ${name}`, { skip: skipWithoutPhp() }, () => {
    let site: Site
    let server: PhpServer
    let caller: BridgeCaller
    before(async () => {
      site = await Site.make({ sqlMode })
      await pairWith(site)
      server = await site.serve(4)
      caller = new BridgeCaller(server.url, site.id)
    })
    after(() => site[Symbol.asyncDispose]())

    const fill = (from: number, count: number): Promise<unknown> =>
      site.eval(
        `\\Bitrix\\Main\\Application::getConnection()->queryExecute('DELETE FROM mufta_bridge_outbox');
         for ($i = ${from}; $i < ${from + count}; $i++) { \\Mufta\\Bridge\\Outbox::add('order', (string)$i, 'OnSaleOrderSaved', 1); }
         return 1;`,
      )
    const claim = async (limit = 200): Promise<Claimed> =>
      (await caller.call('outbox.claim', { limit, leaseSeconds: 60 })) as unknown as Claimed
    const ack = async ({ token, rows }: Claimed): Promise<unknown> =>
      (await caller.call('outbox.ack', { token, ids: rows.map(({ id }) => id) }))['acked']
    /** Time passes: every lease and every backoff is over. */
    const passTime = (): Promise<unknown> =>
      site.rows('UPDATE mufta_bridge_outbox SET AVAILABLE_AT = DATE_SUB(NOW(), INTERVAL 1 SECOND)')

    it('four pullers of 400 rows deliver each exactly once', async () => {
      await fill(1, 400)
      const delivered: string[] = []
      const pull = async (): Promise<void> => {
        for (;;) {
          const claimed = await claim(17)
          if (claimed.rows.length === 0) return
          delivered.push(...claimed.rows.map(({ entityId }) => entityId))
          assert.equal(await ack(claimed), claimed.rows.length)
        }
      }
      await Promise.all([pull(), pull(), pull(), pull()])
      assert.equal(delivered.length, 400)
      assert.equal(new Set(delivered).size, 400)
      assert.deepEqual(await site.rows('SELECT ID FROM mufta_bridge_outbox'), [])
    })

    it('rows of a killed worker come back after the lease, and its token is worth nothing then', async () => {
      await fill(1, 5)
      const killed = await site.run(
        `$claimed = \\Mufta\\Bridge\\Outbox::claim(3, 60);
         echo json_encode($claimed);
         posix_kill(getmypid(), SIGKILL);`,
      )
      assert.equal(killed.signal, 'SIGKILL')
      const first = JSON.parse(killed.output) as Claimed
      assert.equal(first.rows.length, 3)
      const others = await claim()
      assert.deepEqual(others.rows.map(({ entityId }) => entityId).sort(), ['4', '5'])
      await passTime()
      const again = await claim()
      assert.equal(again.rows.length, 5)
      assert.equal(await ack(first), 0)
      assert.equal((await site.rows('SELECT ID FROM mufta_bridge_outbox')).length, 5)
      assert.equal(await ack(again), 5)
    })

    it('a poisoned row is dead after its attempts, is shown, and never holds up another', async () => {
      await fill(1, 1)
      for (let attempt = 0; attempt < 12; attempt++) {
        const { token, rows } = await claim()
        assert.equal(rows.length, 1, `attempt ${attempt}`)
        await caller.call('outbox.fail', { token, ids: rows.map(({ id }) => id), error: 'HTTP_400' })
        if (attempt === 0) {
          // Its rest of a second or more may be over before the next claim on a busy machine.
          await site.rows(
            'UPDATE mufta_bridge_outbox SET AVAILABLE_AT = DATE_ADD(AVAILABLE_AT, INTERVAL 1 HOUR)',
          )
          await site.eval(`\\Mufta\\Bridge\\Outbox::add('order', '2', 'OnSaleOrderSaved', 1); return 1;`)
          const next = await claim()
          assert.deepEqual(
            next.rows.map(({ entityId }) => entityId),
            ['2'],
          )
          await ack(next)
        }
        await passTime()
      }
      assert.equal((await claim()).rows.length, 0)
      const health = (await caller.call('health'))['outbox'] as Record<string, unknown>
      assert.equal(health['dead'], 1)
      const [row] = await site.rows('SELECT STATUS, LAST_ERROR FROM mufta_bridge_outbox')
      assert.deepEqual(row, { STATUS: 'D', LAST_ERROR: 'HTTP_400' })
      // The next change of the same order brings it to life.
      await site.eval(`\\Mufta\\Bridge\\Outbox::add('order', '1', 'OnSaleOrderSaved', 2); return 1;`)
      assert.equal((await claim()).rows.length, 1)
    })

    it('a row that kills every worker is dead too', async () => {
      await fill(1, 1)
      for (let attempt = 0; attempt < 12; attempt++) {
        assert.equal((await claim()).rows.length, 1)
        await passTime()
      }
      assert.equal((await claim()).rows.length, 0)
      const [row] = await site.rows('SELECT STATUS, LAST_ERROR FROM mufta_bridge_outbox')
      assert.deepEqual(row, { STATUS: 'D', LAST_ERROR: 'LEASE_LOST' })
    })

    it('an order that changes while it is delivered waits for its turn and is delivered again', async () => {
      await fill(1, 1)
      const first = await claim()
      await site.eval(`\\Mufta\\Bridge\\Outbox::add('order', '1', 'OnSaleOrderSaved', 2); return 1;`)
      assert.equal((await claim()).rows.length, 0)
      await ack(first)
      const second = await claim()
      assert.deepEqual(
        second.rows.map(({ version }) => version),
        [2],
      )
      await ack(second)
      assert.deepEqual(await site.rows('SELECT ID FROM mufta_bridge_outbox'), [])
    })

    it('two time zones between PHP and the database move no lease and no attempt', async () => {
      site.configure({ shim: { db_time_zone: '-09:00' } })
      try {
        await fill(1, 1)
        const first = await claim()
        assert.equal(first.rows.length, 1)
        assert.equal((await claim()).rows.length, 0)
        await ack(first)
        const health = (await caller.call('health'))['outbox'] as Record<string, unknown>
        assert.equal(health['waiting'], 0)
      } finally {
        site.configure({ shim: { db_time_zone: '+03:00' } })
      }
    })
  })
}
