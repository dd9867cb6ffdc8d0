import { ApiVersion, B24Hook } from '@bitrix24/b24jssdk'
import type { Competitor, ListClient, Outcome } from './client.ts'

interface Deal {
  readonly ID: string
}

const BATCH = 50
/** A job that takes longer is cut short and estimated by its last quarter. */
const CAP_SECONDS = 40

const OPEN_WAYS = {
  list: 'fetchList',
  byIds: 'batchByChunk of one crm.deal.get an id',
  update: 'batchByChunk of crm.deal.update',
}

/**
 * The official SDK. It always speaks https; an interceptor of its own axios client turns that into http, since the
 * simulator is on loopback. Nothing else about it is changed.
 */
export const b24jssdk: Competitor = {
  name: 'b24jssdk',
  ways: OPEN_WAYS,
  open: (webhook, isFull) => Promise.resolve(open(webhook, isFull, false)),
}

/** The same with ids packed by hand, fifty to a command: what its user can make of it for reads by id. */
export const b24jssdkPacked: Competitor = {
  name: 'b24jssdk, ids packed by hand',
  ways: { ...OPEN_WAYS, byIds: 'batchByChunk of crm.deal.list with 50 ids a command' },
  open: (webhook, isFull) => Promise.resolve(open(webhook, isFull, true)),
}

function open(webhook: string, isFull: boolean, isPacked: boolean): ListClient {
  const hook = connect(webhook)
  const cap = isFull ? Infinity : CAP_SECONDS
  const batch = async (
    calls: readonly (readonly [string, Record<string, unknown>])[],
  ): Promise<unknown[]> => {
    const answer = await hook.actions.v2.batchByChunk.make({
      calls: calls.map(([method, params]) => [method, params]),
      options: { isHaltOnError: true },
    })
    if (!answer.isSuccess) throw new Error('b24jssdk: a batch was refused')
    return answer.getData() ?? []
  }
  return {
    async list() {
      const pages = hook.actions.v2.fetchList.make<Deal>({
        method: 'crm.deal.list',
        params: { select: ['ID', 'TITLE'] },
      })
      return gather(pages, cap)
    },
    async byIds(ids) {
      if (!isPacked)
        return gather(
          chunks(ids, (id) => ['crm.deal.get', { id }], batch),
          cap,
          ids.length,
        )
      const lists = ids.filter((_, index) => index % BATCH === 0)
      const rows = await batch(
        lists.map((_, index) => [
          'crm.deal.list',
          {
            filter: { '@ID': ids.slice(index * BATCH, (index + 1) * BATCH) },
            select: ['ID', 'TITLE'],
            start: -1,
          },
        ]),
      )
      return { ids: (rows as Deal[][]).flat().map(({ ID }) => Number(ID)), part: 1 }
    },
    async update(ids) {
      const made = chunks(ids, (id) => ['crm.deal.update', { id, fields: { TITLE: `Deal ${id}` } }], batch)
      const { ids: done, ...rest } = await gather(made, cap, ids.length)
      return { ...rest, ids: ids.slice(0, done.length) }
    },
    [Symbol.asyncDispose]: () => Promise.resolve(hook.destroy()),
  }
}

function connect(webhook: string): B24Hook {
  const url = new URL(webhook)
  const [, , userId = '', secret = ''] = url.pathname.split('/')
  const hook = new B24Hook({ b24Url: url.origin, userId: Number(userId), secret })
  hook.offClientSideWarning()
  hook.getHttpClient(ApiVersion.v2).ajaxClient.interceptors.request.use((config) => ({
    ...config,
    url: (config.url ?? '').replace(/^https:/, 'http:'),
  }))
  return hook
}

/** batchByChunk sends its chunks one after another; handing them over singly is the same and can be cut short. */
async function* chunks(
  ids: readonly number[],
  command: (id: number) => readonly [string, Record<string, unknown>],
  batch: (calls: readonly (readonly [string, Record<string, unknown>])[]) => Promise<unknown[]>,
): AsyncGenerator<Deal[]> {
  for (let start = 0; start < ids.length; start += BATCH) {
    yield (await batch(ids.slice(start, start + BATCH).map(command))) as Deal[]
  }
}

/** Rows until the end or the cap; past the burst its pace is steady, so the last quarter tells the rest. */
async function gather(pages: AsyncGenerator<Deal[]>, capSeconds: number, total = 50_000): Promise<Outcome> {
  const ids: number[] = []
  const marks: { readonly at: number; readonly count: number }[] = []
  const startedAt = performance.now()
  for await (const page of pages) {
    for (const row of page) ids.push(Number(row.ID))
    const at = (performance.now() - startedAt) / 1000
    marks.push({ at, count: ids.length })
    if (at > capSeconds && ids.length < total) return { ids, ...estimate(marks, total) }
  }
  return { ids, part: 1 }
}

function estimate(
  marks: readonly { readonly at: number; readonly count: number }[],
  total: number,
): { readonly part: number; readonly estimateSeconds: number } {
  const last = marks.at(-1) ?? { at: 0, count: 0 }
  const from = marks.find(({ at }) => at >= last.at * 0.75) ?? last
  const pace = (last.count - from.count) / (last.at - from.at)
  return { part: last.count / total, estimateSeconds: last.at + (total - last.count) / pace }
}
