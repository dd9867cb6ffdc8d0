import { type CallOptions, type ConnectorLog, type DictionaryEntry, type ShopDictionaries } from '@mufta/kit'
import { z } from 'zod'
import { idText, optionalRows, parseAnswer, resultOf, systemCodeOf, text, textOrNull } from './answer.ts'
import type { PortalCalls, PortalCommand, PortalOutcome } from './portal-calls.ts'

/**
 * Names of statuses, payment systems, deliveries, person types, sites and stores, in one request unless a list has more
 * than a page. Payment systems and deliveries that the key may not list are taken from recent orders, with a warning;
 * stores, which need the scope `catalog` and an administrator, are then none.
 */
export async function readDictionaries(
  client: Pick<PortalCalls, 'batch'>,
  log: ConnectorLog,
  options: CallOptions = {},
): Promise<ShopDictionaries> {
  const pages = await readAll(client, COMMANDS, options)
  const statuses = unwrap(pages.statuses, 'statuses', statusRow, 'sale.status.list')
  const names = statusNames(unwrap(pages.statusNames, 'statusLangs', statusNameRow, 'sale.statusLang.list'))
  const ofType = (type: string): DictionaryEntry[] =>
    statuses
      .filter((status) => status.type === type)
      .map(({ id }) => ({ code: id, name: names.get(id) ?? id, active: true }))
  const recent = unwrap(pages.orders, 'orders', orderRow, 'sale.order.list')
  return {
    statuses: ofType('O'),
    shipmentStatuses: ofType('D'),
    paymentTypes: named(log, pages.paySystems, 'sale.paysystem.list', () =>
      unwrap(pages.payments, 'payments', paymentRow, 'sale.payment.list').map((row) => [
        row.paySystemId,
        row.paySystemName,
      ]),
    ),
    deliveryTypes: named(log, pages.deliveries, 'sale.delivery.getlist', () =>
      unwrap(pages.shipments, 'shipments', shipmentRow, 'sale.shipment.list')
        .filter((row) => row.system !== 'Y')
        .map((row) => [row.deliveryId, row.deliveryName]),
    ),
    personTypes: unwrap(pages.personTypes, 'personTypes', personTypeRow, 'sale.persontype.list').map(
      (row) => ({
        code: row.id,
        name: row.name ?? row.id,
        active: row.active !== 'N',
      }),
    ),
    // No method lists the sites of a shop: those of the latest orders are known.
    sites: [...new Set(recent.map((row) => row.lid))].toSorted().map((code) => seenEntry(code, code)),
    stores: isRefused(pages.stores) ? [] : storesOf(pages.stores),
  }
}

function storesOf(pages: Pages): DictionaryEntry[] {
  return unwrap(pages, 'stores', storeRow, 'catalog.store.list').map(({ id, title, active }) => ({
    code: id,
    name: title || id,
    active: active !== 'N',
  }))
}

const latest = { order: { id: 'DESC' }, start: -1 }

const COMMANDS = {
  statuses: {
    method: 'sale.status.list',
    params: { select: ['id', 'type', 'sort'], order: { sort: 'ASC' } },
  },
  statusNames: {
    method: 'sale.statusLang.list',
    params: {
      select: ['statusId', 'lid', 'name'],
      filter: { '@lid': ['ru', 'en'] },
      order: { statusId: 'ASC' },
    },
  },
  personTypes: {
    method: 'sale.persontype.list',
    params: { select: ['id', 'name', 'active'], order: { id: 'ASC' } },
  },
  paySystems: {
    method: 'sale.paysystem.list',
    params: { SELECT: ['ID', 'NAME', 'ACTIVE', 'ENTITY_REGISTRY_TYPE'] },
  },
  deliveries: { method: 'sale.delivery.getlist', params: { SELECT: ['ID', 'NAME', 'ACTIVE'] } },
  orders: { method: 'sale.order.list', params: { select: ['id', 'lid'], ...latest } },
  payments: {
    method: 'sale.payment.list',
    params: { select: ['id', 'paySystemId', 'paySystemName'], ...latest },
  },
  shipments: {
    method: 'sale.shipment.list',
    params: { select: ['id', 'deliveryId', 'deliveryName', 'system'], ...latest },
  },
  stores: {
    method: 'catalog.store.list',
    params: { select: ['id', 'title', 'active'], order: { id: 'ASC' } },
  },
} satisfies Record<string, PortalCommand>
type Name = keyof typeof COMMANDS

/** Pages of one list, or why it cannot be read. */
type Pages = readonly unknown[] | Error

const MAX_PAGES = 40

async function readAll(
  client: Pick<PortalCalls, 'batch'>,
  commands: Readonly<Record<Name, PortalCommand>>,
  options: CallOptions,
): Promise<Record<Name, Pages>> {
  const pages = Object.fromEntries(Object.keys(commands).map((name) => [name, []])) as unknown as Record<
    Name,
    Pages
  >
  let todo = Object.entries(commands) as [Name, PortalCommand][]
  for (let round = 0; todo.length > 0 && round < MAX_PAGES; round++) {
    // oxlint-disable-next-line no-await-in-loop -- a page tells where the next one starts
    const outcomes = await client.batch(
      todo.map(([, command]) => command),
      options,
    )
    todo = todo.flatMap(([name, command], index) => {
      const outcome = outcomes[index]
      pages[name] = addPage(pages[name], outcome, command.method)
      const next = outcome?.status === 'ok' ? outcome.next : undefined
      // A list that was asked without counting (start -1) is meant to be one page.
      if (next === undefined || command.params?.['start'] === -1) return []
      return [[name, { ...command, params: { ...command.params, start: next } }]]
    })
  }
  return pages
}

function addPage(pages: Pages, outcome: PortalOutcome | undefined, method: string): Pages {
  if (pages instanceof Error) return pages
  if (outcome?.status === 'error') return outcome.error
  return [...pages, resultOf(outcome, method)]
}

function unwrap<Row extends z.ZodType>(pages: Pages, key: string, row: Row, method: string): z.output<Row>[] {
  if (pages instanceof Error) throw pages
  const schema = z.object({ [key]: optionalRows(row) })
  return pages.flatMap((page) => {
    const answer: Record<string, z.output<Row>[]> = parseAnswer(schema, page, method)
    return answer[key] ?? []
  })
}

/** Codes of refusals by rights or scope: the list exists, but not for this key. The number is the catalogue's. */
const REFUSED = ['ACCESS_DENIED', 'insufficient_scope', 'ERROR_METHOD_NOT_FOUND', '200040300010']

function isRefused(pages: Pages): pages is Error {
  return pages instanceof Error && REFUSED.includes(systemCodeOf(pages))
}

function named(
  log: ConnectorLog,
  pages: Pages,
  method: string,
  recent: () => readonly (readonly [string, string | null])[],
): DictionaryEntry[] {
  if (isRefused(pages)) {
    log.warn(
      { code: 'SHOP_DICTIONARY_REFUSED', method },
      'The key may not list this dictionary: names are taken from recent orders',
    )
    return [...new Map(recent())].map(([code, name]) => seenEntry(code, name ?? code))
  }
  if (pages instanceof Error) throw pages
  return pages
    .flatMap((page) => parseAnswer(optionalRows(upperRow), page, method))
    .filter((row) => row.ENTITY_REGISTRY_TYPE === null || row.ENTITY_REGISTRY_TYPE === 'ORDER')
    .map((row) => ({ code: row.ID, name: row.NAME ?? row.ID, active: row.ACTIVE !== 'N' }))
}

function seenEntry(code: string, name: string): DictionaryEntry {
  return { code, name, active: true, fromOrders: true }
}

/** Russian before English. */
function statusNames(rows: readonly z.output<typeof statusNameRow>[]): ReadonlyMap<string, string> {
  const ranked = rows.toSorted((a, b) => Number(a.lid === 'ru') - Number(b.lid === 'ru'))
  return new Map(
    ranked.filter((row) => row.name !== null && row.name !== '').map((row) => [row.statusId, row.name ?? '']),
  )
}

const statusRow = z.object({ id: text, type: z.string() })
const statusNameRow = z.object({ statusId: text, lid: z.string(), name: textOrNull })
const personTypeRow = z.object({ id: idText, name: textOrNull, active: textOrNull })
const upperRow = z.object({
  ID: idText,
  NAME: textOrNull,
  ACTIVE: textOrNull,
  ENTITY_REGISTRY_TYPE: textOrNull,
})
const orderRow = z.object({ lid: z.string() })
const paymentRow = z.object({ paySystemId: idText, paySystemName: textOrNull })
const shipmentRow = z.object({ deliveryId: idText, deliveryName: textOrNull, system: textOrNull })
const storeRow = z.object({ id: idText, title: textOrNull, active: textOrNull })
