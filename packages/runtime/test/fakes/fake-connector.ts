import {
  defineConnector,
  HookError,
  mapper,
  moneyNumber,
  poll,
  statusMap,
  sync,
  type Connector,
  type Order,
  type Secret,
  type SyncFlow,
} from '@mufta/kit'
import { z } from 'zod'
import type { CrmOrder, FakeCrm } from './fake-crm.ts'

export interface FakeSettings {
  readonly statuses: Readonly<Record<string, string>>
  readonly apiKey?: Secret
  /** Token that the CRM's hooks carry. */
  readonly hookToken: string
  readonly findFirst?: boolean
  readonly bulkSize?: number
  readonly removes?: boolean
  readonly pollSeconds?: number
  /** Why one draft of a bulk creation is refused. */
  readonly refuse?: (ref: string) => Error | null
}

export const DEFAULT_SETTINGS: FakeSettings = {
  statuses: { N: 'new', P: 'paid', F: 'done' },
  hookToken: 'crm-token',
}

/** A connector over the fake CRM: status and note both ways, the buyer's note out, the total compared. */
export function fakeConnector(): Connector<FakeCrm, FakeSettings> {
  return defineConnector<FakeCrm, FakeSettings>({
    id: 'fake.crm',
    version: '1.0.0',
    title: { en: 'Fake', ru: 'Пробный' },
    settings: z.custom<FakeSettings>(),
    open: () => {
      throw new Error('A test hands the client in')
    },
    close: (crm) => {
      crm.closed++
      return Promise.resolve()
    },
    flows: (settings) => [flowOf(settings)],
    dictionaries: (crm) => crm.faults.around({ method: 'dictionaries', ids: [] }, () => ({})),
    check: () => Promise.resolve([]),
  })
}

function flowOf(settings: FakeSettings): SyncFlow<FakeCrm, CrmOrder, FakeSettings> {
  const statuses = statusMap<string, string>({ name: 'statuses', table: settings.statuses })
  return sync('order', {
    mapper: mapper<Order, CrmOrder>(({ out, both, check, createOnly }) => ({
      ref: createOnly('id'),
      statusId: both('status', statuses, { owner: 'external' }),
      note: both('managerComment'),
      buyerNote: out('customerComment'),
      total: check('total', moneyNumber),
    })),
    read: (crm, ids) => crm.read(ids),
    find: (crm, order) => crm.find(order.id),
    findFirst: settings.findFirst ?? false,
    create: (crm, draft) => crm.create(draft),
    update: (crm, id, changes) => crm.update(id, changes),
    ...(settings.bulkSize === undefined ? {} : { createMany: bulkOf(settings.bulkSize, settings) }),
    ...(settings.removes === true ? { remove: (crm: FakeCrm, id: string) => crm.remove(id) } : {}),
    changes: poll(
      async (crm, cursor) => {
        const page = await crm.history(cursor)
        const changes = page.changes.map(({ id, field, own }) => ({ id, own, reason: field }))
        return { ...page, changes }
      },
      () => settings.pollSeconds ?? 60,
    ),
    hook: ({ body, query }) => {
      if (query['token'] !== settings.hookToken)
        throw new HookError(401, 'HOOK_BAD_TOKEN', 'The token of the hook is not the one of this connection')
      return [{ id: new TextDecoder().decode(body), reason: 'hook' }]
    },
  })
}

function bulkOf(
  size: number,
  settings: FakeSettings,
): NonNullable<SyncFlow<FakeCrm, CrmOrder>['createMany']> {
  return {
    size,
    call: async (crm, drafts) => {
      const outcomes = await crm.createMany(
        drafts.map(({ draft }) => draft),
        settings.refuse ?? (() => null),
      )
      return drafts.map(({ order }, index) => {
        const outcome = outcomes[index] as (typeof outcomes)[number]
        return outcome instanceof Error
          ? { shopId: order.id, error: outcome }
          : { shopId: order.id, created: outcome }
      })
    },
  }
}
