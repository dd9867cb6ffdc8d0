import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { after, describe, it } from 'node:test'
import { openSqliteStore, type Store } from '@mufta/runtime'
import { RuntimeProcess } from '../packages/mufta/src/demo/runtime-process.ts'
import { CONNECTION, startDemoSystems, type DemoSystems } from '../packages/mufta/src/demo/systems.ts'

/** Kills; MUFTA_CRASH_ROUNDS makes it longer or shorter by hand. */
const ROUNDS = Number(process.env['MUFTA_CRASH_ROUNDS'] ?? 50)
const ORDERS_PER_ROUND = 4
const NEXT: Readonly<Record<string, readonly [crm: string, shop: string]>> = {
  0: ['assembling', 'A'],
  1: ['delivering', 'S'],
  2: ['complete', 'F'],
}

interface World {
  readonly systems: DemoSystems
  readonly placed: string[]
  readonly statuses: Map<string, string>
  readonly comments: Map<string, string>
}

describe('kill −9 at random moments, under load, with lost answers', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mufta-crash-'))
  after(() => rmSync(folder, { recursive: true, force: true }))

  it(
    `after ${ROUNDS} kills no event is lost, no order doubled, and the journal accounts for every one`,
    { timeout: 600_000 },
    async () => {
      await using systems = await startDemoSystems(ROUNDS * ORDERS_PER_ROUND, 0.05, 4711, { limits: false })
      systems.portal.faults.kinds = ['reset-after', 'reset-before', 'truncated', 'html-502', 'error-500']
      systems.crm.faults.kinds = ['reset-after', 'reset-before', 'truncated', 'html-502', 'error-500']
      writeFileSync(join(folder, 'mufta.config.json'), JSON.stringify(systems.config))
      const world: World = { systems, placed: [], statuses: new Map(), comments: new Map() }
      const runtime = new RuntimeProcess(folder, systems.port)
      const signal = AbortSignal.timeout(590_000)
      for (let round = 0; round < ROUNDS; round++) {
        await runtime.start(signal)
        load(world, round)
        await sleep(Math.random() * 150)
        await runtime.kill()
      }
      systems.portal.faults.rate = 0
      systems.crm.faults.rate = 0
      await runtime.start(signal)
      try {
        await settled(world, signal)
      } finally {
        await runtime.stop()
      }
      const store = await openSqliteStore({ path: join(folder, 'mufta.db'), role: 'tool' })
      try {
        assertWorld(world, store)
        assertJournal(world, store)
      } finally {
        await store.close()
      }
    },
  )
})

/** Buyers order, the shop's people and the CRM's managers edit, all while the process lives its short life. */
function load({ systems, placed, statuses, comments }: World, round: number): void {
  const { portal, crm, samples } = systems
  for (const sample of samples.slice(round * ORDERS_PER_ROUND, (round + 1) * ORDERS_PER_ROUND)) {
    placed.push(String(portal.placeOrder(sample)))
  }
  for (let step = 0; step < 3; step++) {
    const id = placed[Math.floor(Math.random() * placed.length)] as string
    const [crmStatus, shopStatus] = NEXT[step] as (typeof NEXT)[string]
    if (crm.order(id) !== null) {
      crm.userEdit(id, { status: crmStatus })
      statuses.set(id, shopStatus)
    }
    const edited = placed[Math.floor(Math.random() * placed.length)] as string
    const comment = `round ${round} step ${step}`
    portal.editOrder(Number(edited), { comment })
    comments.set(edited, comment)
  }
}

function differences({ systems, placed, statuses, comments }: World): readonly string[] {
  const { portal, crm } = systems
  const found: string[] = []
  for (const id of placed) {
    const copy = crm.order(id)
    if (copy === null) found.push(`${id} did not arrive`)
    else if (
      Math.round(copy.totalSumm * 100) !== Math.round(Number(portal.order(Number(id))?.['price']) * 100)
    )
      found.push(`${id} total`)
  }
  for (const [id, status] of statuses)
    if (portal.order(Number(id))?.['statusId'] !== status) found.push(`${id} status did not come back`)
  for (const [id, comment] of comments)
    if (crm.order(id)?.['customerComment'] !== comment) found.push(`${id} comment did not arrive`)
  return found
}

async function settled(world: World, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && differences(world).length > 0) {
    await sleep(100)
  }
}

function assertWorld(world: World, store: Store): void {
  const found = differences(world)
  assert.deepEqual(found, [], whereTheyAre(found, store))
  const copies = new Map<string, number>()
  for (const { externalId } of world.systems.crm.orders()) {
    if (typeof externalId === 'string') copies.set(externalId, (copies.get(externalId) ?? 0) + 1)
  }
  assert.equal(copies.size, world.placed.length)
  assert.deepEqual(
    [...copies].filter(([, count]) => count > 1),
    [],
    'orders doubled in the CRM',
  )
}

/** Lane and last journal lines of every order that is not as it should be. */
function whereTheyAre(found: readonly string[], store: Store): string {
  const lines = found.map((text) => {
    const id = text.split(' ')[0] as string
    const life = store.life(CONNECTION, 'order', id, { limit: 100_000 }).slice(-6)
    return JSON.stringify({ text, lane: store.laneInfo(CONNECTION, `order/${id}`), life })
  })
  return [...lines, JSON.stringify(store.deadJobs({}))].join('\n')
}

/** Every event that was answered 2xx is named, by its job, in the journal; none is dead. */
function assertJournal({ systems, placed }: World, store: Store): void {
  const seen = new Set<number>()
  for (const id of placed) {
    const life = store.life(CONNECTION, 'order', id, { limit: 100_000 })
    assert.ok(life.length > 0, `order ${id} has a life`)
    for (const { detail } of life) {
      const events = (detail?.['events'] ?? []) as readonly {
        readonly job: number
        readonly reason: string
      }[]
      for (const event of events) if (event.reason === 'ONSALEORDERSAVED') seen.add(event.job)
    }
  }
  assert.ok(
    seen.size >= systems.portal.stats.events.sent,
    `${seen.size} events in the journal, ${systems.portal.stats.events.sent} were acknowledged`,
  )
  assert.deepEqual(store.deadJobs({}), [])
}
