import type { ExternalChange, ExternalChangePage, FlowContext } from '@mufta/kit'
import { isRecord } from './answers.ts'
import type { RetailCrmClient } from './client.ts'
import type { RetailCrmSettings } from './settings.ts'
import { ourSites } from './sites.ts'
import type { HistoryPage } from './wire.ts'

/**
 * One page of the order history after `cursor` (the last id seen). Says only which orders changed: `order.status` of
 * an entry is the status when the history is read, not the change, so nothing of an entry but ids and the field's
 * name is used.
 */
export async function pullHistory(
  client: RetailCrmClient,
  cursor: string | null,
  context: Pick<FlowContext<RetailCrmSettings>, 'settings' | 'signal'>,
): Promise<ExternalChangePage> {
  const { settings, signal } = context
  if (cursor === null) return { changes: [], cursor: await presentEnd(client, signal), more: false }
  const page = await client.history({ sinceId: cursor }, { signal })
  const sites = ourSites(settings)
  return {
    changes: page.entries.flatMap((entry) => change(entry, sites)),
    cursor: lastId(page, cursor),
    more: page.pages > 1 && page.entries.length > 0,
  }
}

/** Two requests whatever the length of the history: the first page tells how many pages there are. */
async function presentEnd(client: RetailCrmClient, signal: AbortSignal): Promise<string> {
  const first = await client.history({ page: 1 }, { signal })
  if (first.pages <= 1) return lastId(first, '0')
  const last = await client.history({ page: first.pages }, { signal })
  return lastId(last, lastId(first, '0'))
}

function lastId(page: HistoryPage, floor: string): string {
  return page.entries.reduce(
    (last, entry) => (isLater(String(entry['id']), last) ? String(entry['id']) : last),
    floor,
  )
}

/** Ids beyond 2^53 come as text. */
function idText(id: unknown): string | null {
  return typeof id === 'string' || typeof id === 'number' ? String(id) : null
}

function isLater(id: string, other: string): boolean {
  return /^\d+$/.test(id) && BigInt(id) > BigInt(other)
}

function change(
  entry: Readonly<Record<string, unknown>>,
  sites: readonly string[] | undefined,
): readonly ExternalChange[] {
  const order = entry['order']
  if (!isRecord(order)) return []
  const id = idText(order['id'])
  if (id === null) return []
  // External ids are unique within one site only: an order of another site is not ours.
  if (sites !== undefined && typeof order['site'] === 'string' && !sites.includes(order['site'])) return []
  const { externalId } = order
  const apiKey = entry['apiKey']
  return [
    {
      id,
      ...(typeof externalId === 'string' && externalId !== '' ? { shopId: externalId } : {}),
      own: isRecord(apiKey) && apiKey['current'] === true,
      reason: reason(entry),
      ...(entry['deleted'] === true ? { deleted: true } : {}),
    },
  ]
}

function reason(entry: Readonly<Record<string, unknown>>): string {
  if (entry['created'] === true) return 'created'
  if (entry['deleted'] === true) return 'deleted'
  return typeof entry['field'] === 'string' ? entry['field'] : 'changed'
}
