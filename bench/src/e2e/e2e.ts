import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { atLeast, median, type Figure } from '../figure.ts'
import type { BenchOptions } from '../options.ts'
import { MuftaProcess } from '../processes/mufta-process.ts'
import { Remote } from '../processes/remote.ts'
import type { BareCall, BareCalls } from './bare-process.ts'
import type { CrmCalls } from './crm-process.ts'
import type { EventCalls } from './event-process.ts'
import type { ShopCalls } from './shop-process.ts'

/** The runtime's default number of lanes side by side. */
const CONCURRENCY = 64
/** How the CRM's managers and the shop call the same status. */
const STATUS = { crm: 'assembling', shop: 'A' } as const

interface Processes {
  readonly shop: Remote<ShopCalls>
  readonly crm: Remote<CrmCalls>
  readonly events: Remote<EventCalls>
  readonly bare: Remote<BareCalls>
}

interface Amounts {
  readonly warmUp: number
  readonly orders: number
}

/** What one run made of the two ways, and the requests it took. */
interface Run {
  readonly out: Phase
  readonly back: Phase
  readonly warmUp: readonly BareCall[]
}

interface Phase {
  readonly seconds: number
  readonly calls: readonly BareCall[]
  readonly fault: string | null
  /** Processor seconds of who makes the calls, and of both simulators. */
  readonly cpu: Cpu
}

interface Cpu {
  readonly caller: number
  readonly simulators: number
}

/** Orders a second through the whole runtime, against a loop that makes the same calls and stores nothing. */
export async function measureEndToEnd(
  options: BenchOptions,
  progress: (line: string) => void,
): Promise<readonly Figure[]> {
  await using shop = new Remote<ShopCalls>(new URL('./shop-process.ts', import.meta.url))
  await using crm = new Remote<CrmCalls>(new URL('./crm-process.ts', import.meta.url))
  await using events = new Remote<EventCalls>(new URL('./event-process.ts', import.meta.url))
  await using bare = new Remote<BareCalls>(new URL('./bare-process.ts', import.meta.url))
  const processes = { shop, crm, events, bare }
  const sinkUrl = await bare.call('listen', null)
  const amounts = options.quick ? { warmUp: 100, orders: 500 } : { warmUp: 1000, orders: 4000 }
  const rounds: { readonly mufta: Run; readonly bare: Run }[] = []
  for (let round = 1; round <= options.rounds; round += 1) {
    progress(`e2e: round ${round}, runtime`)
    const mufta = await runMufta(processes, amounts)
    progress(`e2e: round ${round}, bare loop`)
    rounds.push({ mufta, bare: await runBare(processes, amounts, mufta, sinkUrl) })
  }
  const figure = (name: string, phase: 'out' | 'back'): Figure =>
    figureOf(
      name,
      amounts.orders,
      rounds.map((round) => ({ mufta: round.mufta[phase], bare: round.bare[phase] })),
    )
  return [figure('orders out, by events', 'out'), figure('changes back, by history', 'back')]
}

async function runMufta({ shop, crm, events }: Processes, amounts: Amounts): Promise<Run> {
  const folder = await mkdtemp(join(tmpdir(), 'mufta-bench-'))
  try {
    const portal = await shop.call('start', null)
    const account = await crm.call('start', null)
    await using mufta = await MuftaProcess.prepare(folder, {
      webhook: portal.webhook,
      applicationToken: portal.applicationToken,
      crmUrl: account.url,
      crmKey: account.apiKey,
      pollSeconds: 1,
    })
    await mufta.start()
    const take = () => takeCalls({ shop, crm })
    const cpu = () => cpuOf({ shop, crm }, () => mufta.cpuSeconds())
    const deliver = async (count: number, seed: number, total: number) => {
      const ids = await shop.call('place', { count, seed })
      await take()
      const before = await cpu()
      const arrived = crm.call('whenCreated', total)
      const url = mufta.hookUrl
      const { startedAt } = await events.call('deliver', {
        url,
        ids,
        applicationToken: portal.applicationToken,
      })
      const seconds = ((await arrived) - startedAt) / 1000
      return { ids, seconds, calls: await take(), cpu: since(before, await cpu()) }
    }
    const warm = await deliver(amounts.warmUp, 1, amounts.warmUp)
    await sleep(1500)
    const out = await deliver(amounts.orders, 2, amounts.warmUp + amounts.orders)
    await sleep(2500)
    await shop.call('sendEventsTo', mufta.hookUrl)
    await take()
    const before = await cpu()
    const updated = shop.call('whenUpdated', amounts.orders)
    await crm.call('changeStatus', { ids: out.ids, status: STATUS.crm })
    const startedAt = await crm.call('whenAsked', null)
    const seconds = ((await updated) - startedAt) / 1000
    const used = since(before, await cpu())
    const calls = (await take()).filter((call) => call.at >= startedAt - 5)
    await sleep(1000)
    const changed = await shop.call('countByStatus', STATUS.shop)
    const fault = changed === amounts.orders ? null : `${changed} of ${amounts.orders} statuses came back`
    return { warmUp: warm.calls, out: { ...out, fault: null }, back: { seconds, calls, fault, cpu: used } }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function runBare(
  { shop, crm, events, bare }: Processes,
  amounts: Amounts,
  { warmUp, out, back }: Run,
  sinkUrl: string,
): Promise<Run> {
  const portal = await shop.call('start', null)
  const account = await crm.call('start', null)
  const urls = { portal: portal.url, crm: account.url }
  const replay = (calls: readonly BareCall[]) =>
    bare.call('replay', { urls, calls, concurrency: CONCURRENCY })
  await shop.call('place', { count: amounts.warmUp, seed: 1 })
  await replay(warmUp)
  const ids = await shop.call('place', { count: amounts.orders, seed: 2 })
  const cpu = () => cpuOf({ shop, crm }, () => bare.call('cpuSeconds', null))
  const atStart = await cpu()
  const [outTimes, delivery] = await Promise.all([
    replay(out.calls),
    events.call('deliver', { url: sinkUrl, ids, applicationToken: portal.applicationToken }),
  ])
  const outSeconds =
    (Math.max(outTimes.endedAt, delivery.endedAt) - Math.min(outTimes.startedAt, delivery.startedAt)) / 1000
  const outCpu = since(atStart, await cpu())
  await shop.call('sendEventsTo', sinkUrl)
  await crm.call('changeStatus', { ids, status: STATUS.crm })
  const beforeBack = await cpu()
  const backTimes = await replay(back.calls)
  const backCpu = since(beforeBack, await cpu())
  await takeCalls({ shop, crm })
  return {
    warmUp,
    out: { seconds: outSeconds, calls: out.calls, fault: refusals(outTimes.refused), cpu: outCpu },
    back: {
      seconds: (backTimes.endedAt - backTimes.startedAt) / 1000,
      calls: back.calls,
      fault: refusals(backTimes.refused),
      cpu: backCpu,
    },
  }
}

async function cpuOf(
  { shop, crm }: Pick<Processes, 'shop' | 'crm'>,
  caller: () => Promise<number>,
): Promise<Cpu> {
  const [own, portal, account] = await Promise.all([
    caller(),
    shop.call('cpuSeconds', null),
    crm.call('cpuSeconds', null),
  ])
  return { caller: own, simulators: portal + account }
}

function since(before: Cpu, after: Cpu): Cpu {
  return { caller: after.caller - before.caller, simulators: after.simulators - before.simulators }
}

function refusals(count: number): string | null {
  return count === 0 ? null : `${count} calls of the bare loop were refused`
}

async function takeCalls({ shop, crm }: Pick<Processes, 'shop' | 'crm'>): Promise<readonly BareCall[]> {
  const [toPortal, toCrm] = await Promise.all([shop.call('take', null), crm.call('take', null)])
  const all: BareCall[] = [
    ...toPortal.map((call) => ({ ...call, to: 'portal' as const })),
    ...toCrm.map((call) => ({ ...call, to: 'crm' as const })),
  ]
  return all.sort((a, b) => a.at - b.at)
}

function figureOf(
  name: string,
  orders: number,
  rounds: readonly { readonly mufta: Phase; readonly bare: Phase }[],
): Figure {
  const ratios = rounds.map(({ mufta, bare }) => bare.seconds / mufta.seconds)
  const perSecond = (who: 'mufta' | 'bare'): string =>
    `${Math.round(orders / median(rounds.map((round) => round[who].seconds))).toLocaleString('en')} /s`
  const milliseconds = (pick: (round: { readonly mufta: Phase; readonly bare: Phase }) => number): string =>
    ((median(rounds.map(pick)) / orders) * 1000).toFixed(2)
  const cpu = `processor time an order: runtime ${milliseconds(({ mufta }) => mufta.cpu.caller)} ms, bare loop ${milliseconds(({ bare }) => bare.cpu.caller)} ms, simulators ${milliseconds(({ bare }) => bare.cpu.simulators)} ms`
  const faults = rounds.flatMap(({ mufta, bare }) => [mufta.fault, bare.fault])
  const toPortal = median(rounds.map(({ mufta }) => mufta.calls.filter(({ to }) => to === 'portal').length))
  const toCrm = median(rounds.map(({ mufta }) => mufta.calls.filter(({ to }) => to === 'crm').length))
  return {
    group: 'e2e',
    name,
    value: median(ratios),
    rounds: ratios,
    unit: '×',
    goal: atLeast(0.5),
    fault: faults.find((fault) => fault !== null) ?? null,
    others: [
      { name: 'runtime', text: perSecond('mufta') },
      { name: 'bare loop', text: perSecond('bare') },
    ],
    note: `${orders} orders, ${toPortal} requests to the portal and ${toCrm} to the CRM, ${CONCURRENCY} at once; ${cpu}`,
  }
}
