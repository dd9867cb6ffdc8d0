import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSqliteStore } from '@mufta/runtime'
import { atLeast, median, type Figure } from '../figure.ts'
import type { BenchOptions } from '../options.ts'
import { CONNECTION, MuftaProcess } from '../processes/mufta-process.ts'
import { Remote } from '../processes/remote.ts'
import type { BareCalls } from './bare-process.ts'
import type { LoadCalls } from './load-process.ts'

const CONNECTIONS = 64
const TOKEN = 'bench-application-token-0123456789'
/** Nobody listens there: the connection is paused, so that nothing but intake is measured. */
const NOWHERE = 'http://127.0.0.1:9'

interface Round {
  readonly bare: number
  readonly mufta: number
}

/** Events acknowledged a second after a synced commit, against a server that answers 200 and stores nothing. */
export async function measureIntake(
  options: BenchOptions,
  progress: (line: string) => void,
): Promise<readonly Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'mufta-bench-'))
  try {
    await using mufta = await preparePaused(folder)
    await using bare = new Remote<BareCalls>(new URL('./bare-process.ts', import.meta.url))
    await using load = new Remote<LoadCalls>(new URL('./load-process.ts', import.meta.url))
    await mufta.start()
    const urls = { bare: (await bare.call('start', null)).url, mufta: mufta.hookUrl }
    const taken = { acknowledged: 0, refused: 0, events: 0 }
    const perSecond = async (name: keyof typeof urls, seconds: number): Promise<number> => {
      const firstId = 1_000_000 + taken.events
      const input = { url: urls[name], connections: CONNECTIONS, seconds, applicationToken: TOKEN, firstId }
      const result = await load.call('run', input)
      if (name === 'mufta') {
        taken.acknowledged += result.acknowledged
        taken.refused += result.refused
        taken.events += result.acknowledged + result.refused + CONNECTIONS
      }
      return result.acknowledged / result.seconds
    }
    await perSecond('bare', 1)
    await perSecond('mufta', 1)
    const rounds: Round[] = []
    for (let round = 1; round <= options.rounds; round += 1) {
      progress(`intake: round ${round}`)
      const seconds = options.quick ? 1 : 4
      rounds.push({ bare: await perSecond('bare', seconds), mufta: await perSecond('mufta', seconds) })
    }
    await mufta.stop()
    return [figureOf(rounds, await faultOf(mufta.storePath, taken))]
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function preparePaused(folder: string): Promise<MuftaProcess> {
  const mufta = await MuftaProcess.prepare(folder, {
    webhook: `${NOWHERE}/rest/1/bench-secret/`,
    applicationToken: TOKEN,
    crmUrl: NOWHERE,
    crmKey: 'bench-key',
    pollSeconds: 3600,
  })
  await using store = await openSqliteStore({ path: mufta.storePath })
  await store.pause(CONNECTION, { code: 'BENCH', message: 'Intake alone is measured' }, true)
  return mufta
}

/** What was acknowledged must lie in the store. */
async function faultOf(
  path: string,
  { acknowledged, refused }: { readonly acknowledged: number; readonly refused: number },
): Promise<string | null> {
  await using store = await openSqliteStore({ path })
  const waiting = store.counts().find(({ connection }) => connection === CONNECTION)?.waiting ?? 0
  // The schedules of the connection wait in lanes of their own.
  const stored =
    waiting - store.lanes({ connection: CONNECTION, limit: 10_000_000 }).filter(isSchedule).length
  if (stored !== acknowledged) return `${acknowledged} events acknowledged, ${stored} stored`
  return refused === 0 ? null : `${refused} events refused`
}

function isSchedule({ lane }: { readonly lane: string }): boolean {
  return !lane.startsWith('order/')
}

function figureOf(rounds: readonly Round[], fault: string | null): Figure {
  const ratios = rounds.map(({ mufta, bare }) => mufta / bare)
  const perSecond = (pick: (round: Round) => number): string =>
    `${Math.round(median(rounds.map(pick))).toLocaleString('en')} /s`
  return {
    group: 'intake',
    name: `events acknowledged, ${CONNECTIONS} connections`,
    value: median(ratios),
    rounds: ratios,
    unit: '×',
    goal: atLeast(0.5),
    fault,
    others: [
      { name: 'runtime', text: perSecond(({ mufta }) => mufta) },
      { name: 'bare server', text: perSecond(({ bare }) => bare) },
    ],
    note: 'each event is about another order and is answered after its synced commit; all acknowledged events are found in the store',
  }
}
