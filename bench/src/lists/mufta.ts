import { createPortalClient } from '@mufta/bitrix'
import { whole, type ListClient } from './client.ts'

/** Our own client with nothing but its defaults. */
export function openMufta(webhook: string): ListClient {
  const client = createPortalClient({ webhook, allowHosts: ['127.0.0.1:*'] })
  return {
    async list() {
      const ids: number[] = []
      for await (const row of client.list('crm.deal.list', { select: ['ID', 'TITLE'] })) {
        ids.push(Number(row['ID']))
      }
      return whole(ids)
    },
    async byIds(ids) {
      const rows = await client.getMany('crm.deal.list', ids, { select: ['ID', 'TITLE'] })
      return whole(rows.map((row) => Number(row['ID'])))
    },
    async update(ids) {
      const outcomes = await client.write(
        'crm.deal.update',
        ids.map((id) => ({ id, fields: { TITLE: `Deal ${id}` } })),
      )
      return whole(ids.filter((_, index) => outcomes[index]?.status === 'done'))
    },
    [Symbol.asyncDispose]: () => client.close(),
  }
}
