import { atMost, median, shownSeconds, type Figure } from '../figure.ts'
import type { BenchOptions } from '../options.ts'
import { Remote } from '../processes/remote.ts'
import { b24jssdk, b24jssdkPacked } from './b24jssdk.ts'
import type { Competitor, ListClient, Outcome } from './client.ts'
import { openMufta } from './mufta.ts'
import type { PortalCalls, TableInput } from './portal-process.ts'
import { twoBad } from './two-bad.ts'

type Way = 'list' | 'byIds' | 'update'

interface Job {
  readonly name: string
  readonly table: TableInput
  readonly way: Way
  /** Ids to read or to write; for a list, how many rows must come. */
  readonly count: number
  readonly goalSeconds: number | null
  readonly competitors: readonly Competitor[]
  readonly note: string
}

interface Measured {
  readonly seconds: number
  readonly requests: number
  readonly refused: number
  readonly outcome: Outcome
}

type Portal = Remote<PortalCalls>

/** How fast the portal client reads and writes, beside two clients of npm on the same simulated portal. */
export async function measureLists(
  options: BenchOptions,
  progress: (line: string) => void,
): Promise<readonly Figure[]> {
  await using portal = new Remote<PortalCalls>(new URL('./portal-process.ts', import.meta.url))
  const jobs = jobsOf(options.quick)
  await warmUp(portal)
  const rounds = new Map<Job, Measured[]>(jobs.map((job) => [job, []]))
  for (let round = 1; round <= options.rounds; round += 1) {
    for (const job of jobs) {
      progress(`lists: ${job.name}, round ${round}`)
      rounds.get(job)?.push(await measure(portal, job, (webhook) => Promise.resolve(openMufta(webhook))))
    }
  }
  const figures: Figure[] = []
  for (const job of jobs) {
    const others = []
    for (const competitor of job.competitors) {
      progress(`lists: ${job.name}, ${competitor.name}`)
      others.push({ name: competitor.name, text: await compare(portal, job, competitor, options.full) })
    }
    figures.push(figureOf(job, rounds.get(job) ?? [], others))
  }
  return figures
}

function jobsOf(quick: boolean): readonly Job[] {
  const rows = quick ? 10_000 : 50_000
  const few = quick ? 1000 : 5000
  const full = { rows, used: 0, isSparse: false }
  const both = quick ? [] : [b24jssdk, twoBad]
  const job = (
    name: string,
    goalSeconds: number | null,
    more: Partial<Job> & Pick<Job, 'way' | 'count'>,
  ): Job => ({ name, goalSeconds, table: full, competitors: [], note: '', ...more })
  const n = (count: number): string => count.toLocaleString('en')
  return [
    job(`list ${n(rows)} rows`, quick ? null : 2, { way: 'list', count: rows, competitors: both }),
    job(`list ${n(rows / 5)} rows`, quick ? null : 0.7, {
      way: 'list',
      count: rows / 5,
      table: { ...full, rows: rows / 5 },
      competitors: quick ? [] : [twoBad],
    }),
    job(`${n(few)} rows by id`, quick ? null : 1, {
      way: 'byIds',
      count: few,
      competitors: quick ? [] : [b24jssdk, twoBad, b24jssdkPacked],
    }),
    job(`${n(few * 0.4)} updates`, quick ? null : 1.3, {
      way: 'update',
      count: few * 0.4,
      competitors: both,
    }),
    job(`list ${n(rows)}, empty bucket`, quick ? null : 14, {
      way: 'list',
      count: rows,
      table: { ...full, used: 50 },
    }),
    job(`list ${n(rows)}, 90 % of ids missing`, null, {
      way: 'list',
      count: rows,
      table: { ...full, isSparse: true },
    }),
  ]
}

async function measure(
  portal: Portal,
  job: Job,
  open: (webhook: string) => Promise<ListClient>,
): Promise<Measured> {
  const { webhook } = await portal.call('start', job.table)
  await using client = await open(webhook)
  const startedAt = performance.now()
  const outcome = await work(client, job)
  const seconds = (performance.now() - startedAt) / 1000
  return { seconds, outcome, ...(await portal.call('stats', null)) }
}

function work(client: ListClient, { way, count, table }: Job): Promise<Outcome> {
  switch (way) {
    case 'list':
      return client.list()
    case 'byIds':
      return client.byIds(spread(count, table.rows))
    case 'update':
      return client.update(spread(count, table.rows))
  }
}

/** Ids all over the table, not in a row: a window over them must not help. */
function spread(count: number, rows: number): readonly number[] {
  const step = rows / count
  return Array.from({ length: count }, (_, index) => 1 + Math.floor(index * step))
}

async function compare(portal: Portal, job: Job, competitor: Competitor, isFull: boolean): Promise<string> {
  try {
    const { seconds, outcome, refused } = await measure(portal, job, (webhook) =>
      competitor.open(webhook, isFull),
    )
    const wrong = outcome.part < 1 ? null : faultOf(job, outcome, 0)
    const marks = [wrong, refused === 0 ? null : `${refused} refused`].filter((mark) => mark !== null)
    const time =
      outcome.estimateSeconds === undefined
        ? shownSeconds(seconds)
        : `≈ ${Math.round(outcome.estimateSeconds)} s (${Math.round(outcome.part * 100)} % run)`
    return [time, ...marks].join(', ')
  } catch (error) {
    return `fails: ${error instanceof Error ? error.name : 'unknown'}`
  }
}

function figureOf(job: Job, rounds: readonly Measured[], others: Figure['others']): Figure {
  const faults = rounds.map(({ outcome, refused }) => faultOf(job, outcome, refused - allowed(job)))
  const requests = median(rounds.map((each) => each.requests))
  const ways = job.competitors.map(({ name, ways }) => `${name}: ${ways[job.way]}`)
  return {
    group: 'lists',
    name: job.name,
    value: median(rounds.map(({ seconds }) => seconds)),
    rounds: rounds.map(({ seconds }) => seconds),
    unit: 's',
    goal: job.goalSeconds === null ? null : atMost(job.goalSeconds),
    fault: faults.find((fault) => fault !== null) ?? null,
    others,
    note: [`${requests} requests`, ...ways].join('; '),
  }
}

/** Rows exact and ascending, nothing refused by a limit. */
function faultOf(job: Job, { ids }: Outcome, refused: number): string | null {
  if (ids.length !== job.count) return `${ids.length} rows instead of ${job.count}`
  if (ids.some((id, index) => index > 0 && id <= (ids[index - 1] ?? 0))) return 'rows out of order or doubled'
  return refused <= 0 ? null : `${refused} requests refused by the limit`
}

/** A client that starts beside an empty bucket learns of it by one refusal. */
function allowed({ table }: Job): number {
  return table.used > 0 ? 1 : 0
}

/** The first run of a process pays for compiling; the figures are about the work. */
async function warmUp(portal: Portal): Promise<void> {
  const { webhook } = await portal.call('start', { rows: 5000, used: 0, isSparse: false })
  await using client = openMufta(webhook)
  await client.list()
  await client.byIds(spread(500, 5000))
  await client.update(spread(500, 5000))
}
