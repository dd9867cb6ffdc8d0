import { createBridgeShop } from '@mufta/bitrix'
import { median, type Figure } from '../figure.ts'
import type { BenchOptions } from '../options.ts'
import type { BenchSite } from './bridge.ts'

const ROWS = 400
const PULLERS = 4

/** Four runtimes pull one outbox: every row must come out once. */
export async function measurePullers(
  bench: BenchSite,
  options: BenchOptions,
  progress: (line: string) => void,
): Promise<Figure> {
  const deliveries: number[] = []
  const seconds: number[] = []
  let fault: string | null = null
  for (let round = 1; round <= options.rounds; round++) {
    progress(`bridge: ${ROWS} rows and ${PULLERS} pullers, round ${round}`)
    await fill(bench)
    const startedAt = performance.now()
    const delivered = (await Promise.all(Array.from({ length: PULLERS }, () => pull(bench)))).flat()
    seconds.push((performance.now() - startedAt) / 1000)
    deliveries.push(delivered.length)
    if (new Set(delivered).size !== ROWS || delivered.length !== ROWS)
      fault = `${delivered.length} deliveries of ${new Set(delivered).size} rows`
  }
  return {
    group: 'bridge',
    name: `${ROWS} rows, ${PULLERS} pullers`,
    value: median(deliveries),
    rounds: deliveries,
    unit: 'deliveries',
    goal: null,
    fault,
    others: [],
    note: `each row exactly once; ${median(seconds).toFixed(2)} s`,
  }
}

async function fill({ site }: BenchSite): Promise<void> {
  await site.eval(
    `use Mufta\\Bridge\\Outbox;
     use Mufta\\Bridge\\Sql;
     Sql::run('DELETE FROM mufta_bridge_outbox');
     for ($i = 1; $i <= ${ROWS}; $i++) { Outbox::add('order', (string)(1000000 + $i), 'OnSaleOrderSaved', 1); }
     return true;`,
  )
}

/** Ids of orders that one puller got until there were no more. */
async function pull({ endpoint, keyId, secret }: BenchSite): Promise<readonly string[]> {
  await using shop = createBridgeShop({ endpoint, keyId, secret, allowHosts: ['127.0.0.1:*'] })
  const got: string[] = []
  for (;;) {
    const taken = await shop.eventQueue?.reserve({ limit: 20 })
    if (taken?.reservation === undefined || taken.reservation === null) return got
    got.push(...taken.events.map(({ id }) => id))
    await shop.eventQueue?.clear(taken.reservation)
  }
}
