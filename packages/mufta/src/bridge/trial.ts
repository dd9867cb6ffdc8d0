import { setTimeout as sleep } from 'node:timers/promises'
import {
  decimal,
  deliveryCost,
  grossPrice,
  MuftaError,
  wordsIn,
  type Language,
  type Order,
  type Shop,
  type Title,
} from '@mufta/kit'
import { explain } from '../ui/explain.ts'

export interface TrialOptions {
  /** An order of the trial site that may be read and, with `isWriting`, changed. */
  readonly orderId: string
  /** Writes the manager's comment and takes it back. */
  readonly isWriting: boolean
  /** How long a person has to save the order in the admin; 0 = nobody is asked. */
  readonly waitSeconds: number
  readonly signal: AbortSignal
  /** Asks the person at the site to do something. */
  readonly ask: (what: 'save-order') => void
}

export interface TrialStep {
  /** Stable: "check", "write" … */
  readonly step: string
  readonly title: Title
  readonly ok: boolean
  /** Facts without personal data: counts, codes, milliseconds. */
  readonly facts: Title
}

/**
 * Goes through the bridge of a real site as the checklist says, a step after the other; a step that fails does not
 * stop the rest. Only the comment of the named order is written, and it is put back.
 */
export async function* trial(shop: Shop, options: TrialOptions): AsyncIterable<TrialStep> {
  for (const [step, { title, run }] of Object.entries(stepsOf(options))) {
    const startedAt = performance.now()
    try {
      const { en, ru } = await run(shop, options)
      const ms = Math.round(performance.now() - startedAt)
      yield { step, title, ok: true, facts: { en: `${en}; ${ms} ms`, ru: `${ru}; ${ms} мс` } }
    } catch (error) {
      options.signal.throwIfAborted()
      yield { step, title, ok: false, facts: await whatFailed(error) }
    }
  }
}

interface Step {
  readonly title: Title
  readonly run: (shop: Shop, options: TrialOptions) => Promise<Title>
}

function stepsOf({ isWriting, waitSeconds }: TrialOptions): Readonly<Record<string, Step>> {
  return {
    check: { title: { en: 'check', ru: 'проверка' }, run: check },
    dictionaries: { title: { en: 'dictionaries', ru: 'справочники' }, run: dictionaries },
    ids: { title: { en: 'order ids', ru: 'номера заказов' }, run: orderIds },
    order: { title: { en: 'one order', ru: 'один заказ' }, run: oneOrder },
    orders: { title: { en: 'hundred orders', ru: 'сто заказов' }, run: hundredOrders },
    ...(isWriting && {
      write: { title: { en: 'write, version, repeat', ru: 'запись, версия, повтор' }, run: writing },
    }),
    ...(waitSeconds > 0 && {
      event: {
        title: { en: 'event of a save in the admin', ru: 'событие сохранения в админке' },
        run: event,
      },
    }),
  }
}

async function check(shop: Shop, { signal }: TrialOptions): Promise<Title> {
  const bad = (await shop.check({ signal })).filter(({ level }) => level !== 'ok')
  const errors = bad.filter(({ level }) => level === 'error')
  const list = (language: Language): string =>
    errors.map(({ code, message }) => `${code} ${wordsIn(message, language)}`).join('; ')
  if (errors.length > 0) throw new TrialFault({ en: list('en'), ru: list('ru') })
  if (bad.length === 0) return { en: 'all in order', ru: 'всё в порядке' }
  const codes = bad.map(({ code }) => code).join(', ')
  return { en: `warnings: ${codes}`, ru: `предупреждения: ${codes}` }
}

async function dictionaries(shop: Shop, { signal }: TrialOptions): Promise<Title> {
  const lists = Object.entries(await shop.dictionaries({ signal }))
  const empty = lists
    .filter(([name, entries]) => entries.length === 0 && !MAY_BE_EMPTY.includes(name))
    .map(([name]) => name)
  if (empty.length > 0) throw fault(`empty: ${empty.join(', ')}`, `пусты: ${empty.join(', ')}`)
  const counts = lists.map(([name, entries]) => `${name} ${entries.length}`).join(', ')
  return { en: counts, ru: counts }
}

/** A shop may keep no stores, or no catalogue at all. */
const MAY_BE_EMPTY: readonly string[] = ['stores']

async function orderIds(shop: Shop, { signal }: TrialOptions): Promise<Title> {
  let count = 0
  let last = 0n
  for await (const id of shop.orderIds({ signal })) {
    if (BigInt(id) <= last)
      throw fault(`ids are not ascending at ${id}`, `номера идут не по возрастанию: ${id}`)
    last = BigInt(id)
    count++
  }
  return { en: `${count} orders`, ru: `заказов: ${count}` }
}

async function oneOrder(shop: Shop, options: TrialOptions): Promise<Title> {
  const order = await read(shop, options)
  const goods = order.items.map((item) => decimal.multiply(grossPrice(item).amount, item.quantity))
  const sum = decimal.add(decimal.sum(goods), deliveryCost(order).amount)
  const off = decimal.subtract(order.total.amount, sum)
  // Shops round lines in their own way; a kopeck a line is rounding, more is a price that we do not see.
  const borne = decimal.multiply('0.01', String(order.items.length + 1))
  const gap = `${off} ${order.total.currency}`
  if (decimal.compare(off.replace('-', ''), borne) > 0)
    throw fault(
      `goods and delivery differ from the total by ${gap}`,
      `товары и доставка расходятся с итогом на ${gap}`,
    )
  const [items, payments, shipments] = [order.items, order.payments, order.shipments].map(
    (parts) => parts.length,
  )
  const { email, phone, name } = order.customer
  const known = Object.entries({ email, phone, name }).filter(([, value]) => value !== null)
  const fields = known.map(([field]) => field).join(', ')
  return {
    en: `${items} items, ${payments} payments, ${shipments} shipments, customer's ${fields || 'data: none'}, total adds up`,
    ru: `товаров ${items}, оплат ${payments}, отгрузок ${shipments}, о покупателе: ${fields || 'ничего'}, сумма сходится`,
  }
}

async function hundredOrders(shop: Shop, { signal }: TrialOptions): Promise<Title> {
  const ids: string[] = []
  for await (const id of shop.orderIds({ signal })) {
    ids.push(id)
    if (ids.length === 100) break
  }
  const { size } = await shop.readOrders(ids, { signal })
  if (size !== ids.length) throw fault(`${size} of ${ids.length} came`, `пришло ${size} из ${ids.length}`)
  return { en: `${size} orders in one request`, ru: `одним запросом: ${size}` }
}

async function writing(shop: Shop, options: TrialOptions): Promise<Title> {
  const { signal } = options
  const before = await read(shop, options)
  const comment = `${before.managerComment ?? ''} [mufta: проверка ✓ 'x' "y" \\z]`.trim()
  await shop.writeOrder(before, { managerComment: comment }, { signal })
  const after = await read(shop, options)
  try {
    if (after.managerComment !== comment)
      throw fault('the comment came back altered', 'комментарий вернулся изменённым')
    if (after.status !== before.status || after.total.amount !== before.total.amount)
      throw fault('the write changed the status or the total', 'запись изменила статус или сумму')
    await shop.writeOrder(before, { managerComment: comment }, { signal })
    if ((await read(shop, options)).version !== after.version)
      throw fault('the repeat was done twice', 'повтор исполнен дважды')
    const stale = await codeOf(shop.writeOrder(before, { managerComment: 'must not come' }, { signal }))
    if (before.version !== after.version && stale !== 'BRIDGE_VERSION_CONFLICT')
      throw fault(
        `a write onto an old version ended in ${stale ?? 'success'}`,
        `запись на старую версию: ${stale ?? 'удалась'}`,
      )
  } finally {
    await shop.writeOrder(await read(shop, options), { managerComment: before.managerComment }, { signal })
  }
  const versions = `${before.version} → ${after.version}`
  return { en: `version ${versions}, comment put back`, ru: `версия ${versions}, комментарий возвращён` }
}

async function event(shop: Shop, { orderId, waitSeconds, signal, ask }: TrialOptions): Promise<Title> {
  ask('save-order')
  const until = performance.now() + waitSeconds * 1000
  while (performance.now() < until) {
    const taken = await shop.eventQueue?.reserve({ signal })
    const found = taken?.events.find(({ id }) => id === orderId)
    if (taken?.reservation != null) await shop.eventQueue?.clear(taken.reservation, { signal })
    if (found !== undefined) return { en: `came as ${found.reason}`, ru: `пришло: ${found.reason}` }
    await sleep(1_000, undefined, { signal })
  }
  throw fault(`no event within ${waitSeconds} s`, `события не было ${waitSeconds} с`)
}

async function read(shop: Shop, { orderId, signal }: TrialOptions): Promise<Order> {
  const order = (await shop.readOrders([orderId], { signal })).get(orderId)
  if (order === undefined) throw fault(`there is no order ${orderId}`, `заказа ${orderId} нет`)
  return order
}

/** undefined = it went well. */
async function codeOf(work: Promise<void>): Promise<string | undefined> {
  try {
    await work
    return undefined
  } catch (error) {
    return error instanceof MuftaError ? error.code : 'another error'
  }
}

/** What the site did that it must not do. */
class TrialFault extends Error {
  readonly words: Title

  constructor(words: Title) {
    super(words.en)
    this.words = words
  }
}

function fault(en: string, ru: string): TrialFault {
  return new TrialFault({ en, ru })
}

async function whatFailed(error: unknown): Promise<Title> {
  if (error instanceof TrialFault) return error.words
  if (!(error instanceof MuftaError))
    return { en: 'failed for a reason that cannot be shown', ru: 'причину нельзя показать' }
  const { code, message } = error
  const { text, facts } = await explain(error, 'ru')
  return {
    en: `${code}: ${message}`,
    ru: [`${code}: ${text}`, facts].filter((part) => part !== '').join('; '),
  }
}
