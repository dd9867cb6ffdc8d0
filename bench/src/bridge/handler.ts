import { atMost, median, type Figure } from '../figure.ts'
import type { BenchOptions } from '../options.ts'
import type { BenchSite } from './bridge.ts'

const GOAL_MS = 1.5

/** What the module's handlers add to saving an order: the same saves with and without them, in turns. */
export async function measureHandler(
  { site }: BenchSite,
  options: BenchOptions,
  progress: (line: string) => void,
): Promise<Figure> {
  const saves = options.quick ? 50 : 300
  const rounds: number[] = []
  const bare: number[] = []
  let fault: string | null = null
  const [id = ''] = await site.place(1)
  for (let round = 1; round <= options.rounds; round++) {
    progress(`bridge: cost of the handlers, round ${round}`)
    const without = await saveTimes(site, id, saves, false)
    const before = await revisions(site, id)
    const withThem = await saveTimes(site, id, saves, true)
    // Handlers that did nothing would be cheap.
    if ((await revisions(site, id)) - before < saves) fault = 'not every save reached the outbox'
    bare.push(median(without))
    rounds.push(median(withThem) - median(without))
  }
  return {
    group: 'bridge',
    name: 'handlers per order save',
    value: median(rounds),
    rounds,
    unit: 'ms',
    goal: atMost(GOAL_MS),
    fault,
    others: [{ name: 'beside', text: `save alone ${median(bare).toFixed(2)} ms` }],
    note: `median of ${saves} saves a round, all handlers of the order flow; the database does not wait for a disk`,
  }
}

async function revisions(site: BenchSite['site'], id: string): Promise<number> {
  const rows = await site.rows(
    `SELECT REVISION FROM mufta_bridge_outbox WHERE ENTITY = 'order' AND ENTITY_ID = '${id}'`,
  )
  return Number(rows[0]?.['REVISION'] ?? 0)
}

/** Milliseconds of each save. */
async function saveTimes(
  site: BenchSite['site'],
  id: string,
  saves: number,
  isHandled: boolean,
): Promise<readonly number[]> {
  const times = await site.eval<number[]>(
    `use Mufta\\Bridge\\Subscriptions;
     Subscriptions::${isHandled ? 'register' : 'unregister'}();
     \\Bitrix\\Main\\Loader::requireModule('sale');
     $times = [];
     for ($i = 0; $i < ${saves + 10}; $i++) {
         $order = \\Bitrix\\Sale\\Order::load(${id});
         $order->setField('COMMENTS', 'round ' . hrtime(true));
         $start = hrtime(true);
         $order->save();
         $times[] = (hrtime(true) - $start) / 1e6;
     }
     Subscriptions::register();
     return $times;`,
  )
  // The first saves of a process pay for connecting and loading classes.
  return times.slice(10)
}
