// Speed of the client on the simulated portal: `node packages/bitrix/test/bench-client.ts`. Both run in one process.
import { startPortal, type PortalOptions } from '@mufta/testing'
import { createPortalClient, type PortalClient } from '../src/rest/client/index.ts'

const LATENCY = { perCallMs: 20, perRowMs: 0.2 }

type Table = NonNullable<NonNullable<PortalOptions['rows']>['crm.deal.list']>

async function measure(
  title: string,
  table: Table,
  used: number,
  job: (client: PortalClient) => Promise<number>,
): Promise<void> {
  await using portal = await startPortal({
    latency: LATENCY,
    limits: { used },
    rows: { 'crm.deal.list': table },
  })
  await using client = createPortalClient({ webhook: portal.webhook, allowHosts: ['127.0.0.1:*'] })
  const startedAt = performance.now()
  const rows = await job(client)
  const seconds = (performance.now() - startedAt) / 1000
  const { requests, rejections } = client.facts()
  console.log(
    `${title.padEnd(28)} ${seconds.toFixed(2)} s  rows ${rows}  requests ${requests}  rejections ${rejections}`,
  )
}

async function listAll(client: PortalClient): Promise<number> {
  let count = 0
  let last = 0
  for await (const row of client.list('crm.deal.list', { select: ['ID', 'TITLE', 'STAGE_ID'] })) {
    const id = Number(row['ID'])
    if (id <= last) throw new Error('rows are out of order')
    last = id
    count++
  }
  return count
}

/** One id in ten, at random. */
function sparse(): (index: number) => number {
  let state = 7
  let id = 0
  const ids = Array.from({ length: 50_000 }, () => {
    do {
      id++
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    } while (state / 4_294_967_296 >= 0.1)
    return id
  })
  return (index) => ids[index] ?? 0
}

const gap = sparse()
await measure('warm-up', { count: 3000 }, 0, listAll)
await measure('list 10,000', { count: 10_000 }, 0, listAll)
await measure('list 50,000', { count: 50_000 }, 0, listAll)
await measure('list 50,000, 90 % missing', { count: 50_000, gap }, 0, listAll)
await measure('5,000 by id', { count: 50_000 }, 0, async (client) => {
  const ids = Array.from({ length: 5000 }, (_, index) => index * 9 + 1)
  return (await client.getMany('crm.deal.list', ids, { select: ['ID', 'TITLE'] })).length
})
await measure('2,000 updates', { count: 50_000 }, 0, async (client) => {
  const items = Array.from({ length: 2000 }, (_, index) => ({
    id: index + 1,
    fields: { TITLE: `x${index}` },
  }))
  const outcomes = await client.write('crm.deal.update', items)
  return outcomes.filter(({ status }) => status === 'done').length
})
if (process.argv.includes('--empty')) {
  await measure('list 50,000, empty bucket', { count: 50_000 }, 50, listAll)
  await measure('sparse, empty bucket', { count: 50_000, gap }, 50, listAll)
}
