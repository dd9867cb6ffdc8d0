import { Bitrix, Method } from '@2bad/bitrix'
import type { Competitor, ListClient, Outcome } from './client.ts'

const CAPPED = { byIds: 1000, update: 500 }

/** @2bad/bitrix: paces itself at 2 requests a second from the first one on, so parts of a job scale well. */
export const twoBad: Competitor = {
  name: '@2bad/bitrix',
  ways: {
    list: 'list()',
    byIds: 'batch() of one crm.deal.get an id',
    update: 'batch() of crm.deal.update',
  },
  open: (webhook, isFull) => Promise.resolve(open(webhook, isFull)),
}

function open(webhook: string, isFull: boolean): ListClient {
  const client = Bitrix(webhook.replace(/\/$/, ''))
  return {
    async list() {
      const { result } = await client.list(Method.CRM_DEAL_LIST, {
        select: ['ID', 'TITLE'],
        order: { ID: 'ASC' },
      })
      return { ids: result.map((deal) => Number(deal['ID'])), part: 1 }
    },
    byIds: (ids) =>
      scaled(ids, isFull ? ids.length : CAPPED.byIds, async (some) => {
        const { result } = await client.batch(
          some.map((id) => ({ method: Method.CRM_DEAL_GET, params: { ID: id, select: ['ID', 'TITLE'] } })),
        )
        return idsOf(result.result)
      }),
    update: (ids) =>
      scaled(ids, isFull ? ids.length : CAPPED.update, async (some) => {
        await client.batch(
          some.map((id) => ({
            method: Method.CRM_DEAL_UPDATE,
            params: { ID: id, fields: { TITLE: `Deal ${id}` } },
          })),
        )
        return some
      }),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }
}

async function scaled(
  ids: readonly number[],
  count: number,
  run: (some: readonly number[]) => Promise<readonly number[]>,
): Promise<Outcome> {
  const some = ids.slice(0, count)
  const startedAt = performance.now()
  const done = await run(some)
  const seconds = (performance.now() - startedAt) / 1000
  const part = some.length / ids.length
  return part === 1 ? { ids: done, part } : { ids: done, part, estimateSeconds: seconds / part }
}

function idsOf(rows: unknown): readonly number[] {
  const list = Object.values(rows as Readonly<Record<string, unknown>>)
  return list.map((row) => Number((row as Readonly<Record<string, unknown>>)['ID']))
}
