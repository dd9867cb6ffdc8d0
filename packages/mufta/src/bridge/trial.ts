import { setTimeout as sleep } from 'node:timers/promises'
import { decimal, deliveryCost, grossPrice, MuftaError, wordsIn, type Order, type Shop } from '@mufta/kit'

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
  readonly step: string
  readonly ok: boolean
  /** Facts without personal data: counts, codes, milliseconds. */
  readonly facts: string
}

/**
 * Goes through the bridge of a real site as the checklist says, a step after the other; a step that fails does not
 * stop the rest. Only the comment of the named order is written, and it is put back.
 */
export async function* trial(shop: Shop, options: TrialOptions): AsyncIterable<TrialStep> {
  for (const [step, run] of Object.entries(stepsOf(options))) {
    const startedAt = performance.now()
    try {
      const facts = await run(shop, options)
      yield { step, ok: true, facts: `${facts}; ${Math.round(performance.now() - startedAt)} ms` }
    } catch (error) {
      options.signal.throwIfAborted()
      yield {
        step,
        ok: false,
        facts: error instanceof MuftaError ? `${error.code}: ${error.message}` : wrong(error),
      }
    }
  }
}

type Step = (shop: Shop, options: TrialOptions) => Promise<string>

function stepsOf({ isWriting, waitSeconds }: TrialOptions): Readonly<Record<string, Step>> {
  return {
    check,
    dictionaries,
    'order ids': orderIds,
    'one order': oneOrder,
    'hundred orders': hundredOrders,
    ...(isWriting ? { 'write, version, repeat': writing } : {}),
    ...(waitSeconds > 0 ? { 'event of a save in the admin': event } : {}),
  }
}

async function check(shop: Shop, { signal }: TrialOptions): Promise<string> {
  const bad = (await shop.check({ signal })).filter(({ level }) => level !== 'ok')
  const errors = bad.filter(({ level }) => level === 'error')
  if (errors.length > 0)
    throw new TrialFault(errors.map(({ code, message }) => `${code} ${wordsIn(message, 'en')}`).join('; '))
  return bad.length === 0 ? 'all in order' : `warnings: ${bad.map(({ code }) => code).join(', ')}`
}

async function dictionaries(shop: Shop, { signal }: TrialOptions): Promise<string> {
  const names = Object.entries(await shop.dictionaries({ signal }))
  const empty = names.filter(([, entries]) => entries.length === 0).map(([name]) => name)
  if (empty.length > 0) throw new TrialFault(`empty: ${empty.join(', ')}`)
  return names.map(([name, entries]) => `${name} ${entries.length}`).join(', ')
}

async function orderIds(shop: Shop, { signal }: TrialOptions): Promise<string> {
  let count = 0
  let last = 0n
  for await (const id of shop.orderIds({ signal })) {
    if (BigInt(id) <= last) throw new TrialFault(`ids are not ascending at ${id}`)
    last = BigInt(id)
    count++
  }
  return `${count} orders`
}

async function oneOrder(shop: Shop, options: TrialOptions): Promise<string> {
  const order = await read(shop, options)
  const goods = order.items.map((item) => decimal.multiply(grossPrice(item).amount, item.quantity))
  const sum = decimal.add(decimal.sum(goods), deliveryCost(order).amount)
  const off = decimal.subtract(order.total.amount, sum)
  // Shops round lines in their own way; a kopeck a line is rounding, more is a price that we do not see.
  const borne = decimal.multiply('0.01', String(order.items.length + 1))
  if (decimal.compare(off.replace('-', ''), borne) > 0)
    throw new TrialFault(`goods and delivery differ from the total by ${off} ${order.total.currency}`)
  const parts = `${order.items.length} items, ${order.payments.length} payments, ${order.shipments.length} shipments`
  const { email, phone, name } = order.customer
  const known = Object.entries({ email, phone, name }).filter(([, value]) => value !== null)
  return `${parts}, customer's ${known.map(([field]) => field).join(', ') || 'data: none'}, total adds up`
}

async function hundredOrders(shop: Shop, { signal }: TrialOptions): Promise<string> {
  const ids: string[] = []
  for await (const id of shop.orderIds({ signal })) {
    ids.push(id)
    if (ids.length === 100) break
  }
  const orders = await shop.readOrders(ids, { signal })
  if (orders.size !== ids.length) throw new TrialFault(`${orders.size} of ${ids.length} came`)
  return `${orders.size} orders in one request`
}

async function writing(shop: Shop, options: TrialOptions): Promise<string> {
  const { signal } = options
  const before = await read(shop, options)
  const comment = `${before.managerComment ?? ''} [mufta: проверка ✓ 'x' "y" \\z]`.trim()
  await shop.writeOrder(before, { managerComment: comment }, { signal })
  const after = await read(shop, options)
  try {
    if (after.managerComment !== comment) throw new TrialFault('the comment came back altered')
    if (after.status !== before.status || after.total.amount !== before.total.amount)
      throw new TrialFault('the write changed the status or the total')
    await shop.writeOrder(before, { managerComment: comment }, { signal })
    if ((await read(shop, options)).version !== after.version)
      throw new TrialFault('the repeat was done twice')
    const stale = await codeOf(shop.writeOrder(before, { managerComment: 'must not come' }, { signal }))
    if (before.version !== after.version && stale !== 'BRIDGE_VERSION_CONFLICT')
      throw new TrialFault(`a write onto an old version ended in ${stale}`)
  } finally {
    await shop.writeOrder(await read(shop, options), { managerComment: before.managerComment }, { signal })
  }
  return `version ${before.version} → ${after.version}, comment put back`
}

async function event(shop: Shop, { orderId, waitSeconds, signal, ask }: TrialOptions): Promise<string> {
  ask('save-order')
  const until = performance.now() + waitSeconds * 1000
  while (performance.now() < until) {
    const taken = await shop.eventQueue?.reserve({ signal })
    const found = taken?.events.find(({ id }) => id === orderId)
    if (taken?.reservation != null) await shop.eventQueue?.clear(taken.reservation, { signal })
    if (found !== undefined) return `came as ${found.reason}`
    await sleep(1_000, undefined, { signal })
  }
  throw new TrialFault(`no event within ${waitSeconds} s`)
}

async function read(shop: Shop, { orderId, signal }: TrialOptions): Promise<Order> {
  const order = (await shop.readOrders([orderId], { signal })).get(orderId)
  if (order === undefined) throw new TrialFault(`there is no order ${orderId}`)
  return order
}

async function codeOf(work: Promise<void>): Promise<string> {
  try {
    await work
    return 'success'
  } catch (error) {
    return error instanceof MuftaError ? error.code : 'another error'
  }
}

/** What the site did that it must not do. */
class TrialFault extends Error {}

function wrong(error: unknown): string {
  return error instanceof TrialFault ? error.message : 'failed for a reason that cannot be shown'
}
