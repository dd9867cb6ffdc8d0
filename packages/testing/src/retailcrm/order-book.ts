import { decimal } from '@mufta/kit'
import { notFound, Refusal } from './answers.ts'
import type { CustomerBook } from './customer-book.ts'
import type { Dictionaries } from './dictionaries.ts'
import { differences, History } from './history.ts'
import { FieldProblems, Fields, type JsonObject } from './input.ts'
import type { Actor, CrmOrder, CrmPayment } from './model.ts'
import type { OfferCatalogue } from './offers.ts'
import {
  applyOrderFields,
  checkPaymentFitsDelivery,
  readPayment,
  type ChangeContext,
} from './order-change.ts'
import { orderSnapshot } from './order-fields.ts'
import { orderStub, orderView, type OrderStub, type RetailCrmOrderView } from './order-view.ts'
import { totalsOf, type OrderTotals } from './totals.ts'

export interface OrderBookParts {
  readonly dictionaries: Dictionaries
  readonly customers: CustomerBook
  readonly offers: OfferCatalogue
  /** Account-local "Y-m-d H:i:s". */
  readonly now: () => string
}

/** Apart from each other and from a shop's ids, so that a mixed-up id never happens to be right. */
const FIRST_IDS = { order: 7001, item: 10_001, payment: 4001 }

/** The orders of the account: every change is checked whole, applied whole and told by history. */
export class OrderBook {
  readonly history = new History<OrderStub | RetailCrmOrderView>()
  readonly counts = { created: 0, edited: 0 }
  readonly #parts: OrderBookParts
  readonly #byId = new Map<number, CrmOrder>()
  readonly #byExternalId = new Map<string, number>()
  readonly #paymentOrder = new Map<number, number>()
  readonly #paymentByExternalId = new Map<string, number>()
  readonly #lastId = { item: FIRST_IDS.item - 1, payment: FIRST_IDS.payment - 1 }

  constructor(parts: OrderBookParts) {
    this.#parts = parts
  }

  all(): IterableIterator<CrmOrder> {
    return this.#byId.values()
  }

  byId(id: number): CrmOrder | undefined {
    return this.#byId.get(id)
  }

  byExternalId(site: string, externalId: string): CrmOrder | undefined {
    const id = this.#byExternalId.get(`${site}\n${externalId}`)
    return id === undefined ? undefined : this.#byId.get(id)
  }

  view(order: CrmOrder): RetailCrmOrderView {
    const customer = this.#parts.customers.byId(order.customerId)
    if (customer === undefined) throw new Error(`Order ${order.id} has no customer`)
    const currency = this.#parts.dictionaries.sites.get(order.site)?.currency ?? 'RUB'
    return orderView(order, this.totals(order), customer, currency)
  }

  totals(order: CrmOrder): OrderTotals {
    const { paymentStatuses } = this.#parts.dictionaries
    return totalsOf(order, (status) => paymentStatuses.get(status)?.['paymentComplete'] === true)
  }

  /** @throws Refusal "Order already exists." for a second externalId in one site, "Order is not loaded" with fields */
  create(site: string, source: JsonObject, actor: Actor): CrmOrder {
    const problems = new FieldProblems()
    const input = new Fields(source, problems)
    const externalId = input.text('externalId') ?? null
    if (externalId !== null && this.byExternalId(site, externalId) !== undefined) {
      throw new Refusal(400, 'Order already exists.')
    }
    const context = this.#context()
    const order = blankOrder(FIRST_IDS.order + this.#byId.size, site, externalId, context.now, actor)
    applyOrderFields(order, input, context)
    this.#createPayments(order, input, context)
    checkPaymentFitsDelivery(order.delivery.code, order.payments, context.dictionaries, input)
    const named = this.#namedCustomer(site, input)
    problems.throwIfAny('Order is not loaded')

    const customer = named ?? this.#parts.customers.forOrder(site, order.texts, order.contragent, actor)
    customer.ordersCount += 1
    order.customerId = customer.id
    this.#put(order)
    this.counts.created += 1
    this.history.append({
      createdAt: context.now,
      actor,
      created: true,
      field: 'status',
      oldValue: null,
      newValue: { code: order.status },
      record: this.view(order),
    })
    return order
  }

  edit(order: CrmOrder, source: JsonObject, actor: Actor): CrmOrder {
    return this.#change(order, actor, (changed, context, problems) => {
      const input = new Fields(source, problems)
      applyOrderFields(changed, input, context)
      checkPaymentFitsDelivery(changed.delivery.code, changed.payments, context.dictionaries, input)
      changed.customerId = this.#namedCustomer(order.site, input)?.id ?? changed.customerId
      const externalId = input.text('externalId')
      if (typeof externalId === 'string') this.#relink(changed, externalId)
    })
  }

  linkExternalId(order: CrmOrder, externalId: string, actor: Actor): CrmOrder {
    return this.#change(order, actor, (changed) => this.#relink(changed, externalId))
  }

  payment(id: number): { order: CrmOrder; payment: CrmPayment } | undefined {
    const order = this.#byId.get(this.#paymentOrder.get(id) ?? 0)
    const payment = order?.payments.find((one) => one.id === id)
    return order === undefined || payment === undefined ? undefined : { order, payment }
  }

  paymentByExternalId(
    site: string,
    externalId: string,
  ): { order: CrmOrder; payment: CrmPayment } | undefined {
    return this.payment(this.#paymentByExternalId.get(`${site}\n${externalId}`) ?? 0)
  }

  addPayment(order: CrmOrder, source: JsonObject, actor: Actor): CrmPayment {
    const changed = this.#change(order, actor, (draft, context, problems) => {
      const input = new Fields(source, problems)
      this.#refuseTakenPayment(order.site, input, null)
      draft.payments.push(readPayment(input, null, context, this.#unpaid(order)))
      checkPaymentFitsDelivery(draft.delivery.code, draft.payments, context.dictionaries, input)
    })
    return changed.payments.at(-1)!
  }

  editPayment(order: CrmOrder, payment: CrmPayment, source: JsonObject, actor: Actor): CrmOrder {
    return this.#change(order, actor, (draft, context, problems) => {
      const input = new Fields(source, problems)
      this.#refuseTakenPayment(order.site, input, payment.id)
      const at = draft.payments.findIndex((one) => one.id === payment.id)
      if (at < 0) throw notFound()
      draft.payments[at] = readPayment(input, payment, context, payment.amount)
      checkPaymentFitsDelivery(draft.delivery.code, draft.payments, context.dictionaries, input)
    })
  }

  deletePayment(order: CrmOrder, payment: CrmPayment, actor: Actor): void {
    this.#change(order, actor, (draft) => {
      draft.payments = draft.payments.filter((one) => one.id !== payment.id)
    })
  }

  #change(
    order: CrmOrder,
    actor: Actor,
    apply: (draft: CrmOrder, context: ChangeContext, problems: FieldProblems) => void,
  ): CrmOrder {
    const draft = structuredClone(order)
    const context = this.#context()
    const problems = new FieldProblems()
    apply(draft, context, problems)
    problems.throwIfAny('Order is not loaded')
    const found = differences(orderSnapshot(order), orderSnapshot(draft))
    this.#drop(order)
    this.#put(draft)
    this.counts.edited += 1
    const record = orderStub(draft)
    for (const one of found) this.history.append({ ...one, createdAt: context.now, actor, record })
    return draft
  }

  #createPayments(order: CrmOrder, input: Fields, context: ChangeContext): void {
    for (const row of input.list('payments') ?? []) {
      this.#refuseTakenPayment(order.site, row, null)
      order.payments.push(readPayment(row, null, context, this.#unpaid(order)))
    }
  }

  /** Default amount of a payment: what the others leave open. */
  #unpaid(order: CrmOrder): string {
    const planned = decimal.sum(order.payments.map((one) => one.amount))
    const open = decimal.subtract(this.totals(order).totalSumm, planned)
    return decimal.compare(open, '0') < 0 ? '0' : open
  }

  #refuseTakenPayment(site: string, input: Fields, own: number | null): void {
    const externalId = input.text('externalId')
    if (typeof externalId !== 'string') return
    const taken = this.#paymentByExternalId.get(`${site}\n${externalId}`)
    if (taken !== undefined && taken !== own) {
      input.problems.add(input.path('externalId'), `Payment with externalId=${externalId} already exists.`)
    }
  }

  #namedCustomer(site: string, input: Fields): ReturnType<CustomerBook['byId']> {
    const named = input.child('customer')
    if (named === undefined) return undefined
    const { customers } = this.#parts
    const id = named.integer('id')
    const externalId = named.text('externalId')
    const field = typeof id === 'number' ? 'id' : 'externalId'
    const found =
      typeof id === 'number'
        ? customers.byId(id)
        : typeof externalId === 'string'
          ? customers.byExternalId(site, externalId)
          : undefined
    if (found === undefined && (typeof id === 'number' || typeof externalId === 'string')) {
      input.problems.add(named.path(field), `Customer with ${field}=${id ?? externalId} not found.`)
    }
    return found
  }

  #relink(draft: CrmOrder, externalId: string): void {
    const taken = this.byExternalId(draft.site, externalId)
    if (taken !== undefined && taken.id !== draft.id) throw new Refusal(400, 'Order already exists.')
    draft.externalId = externalId
  }

  #put(order: CrmOrder): void {
    this.#byId.set(order.id, order)
    if (order.externalId !== null) this.#byExternalId.set(`${order.site}\n${order.externalId}`, order.id)
    for (const payment of order.payments) {
      this.#paymentOrder.set(payment.id, order.id)
      if (payment.externalId !== null)
        this.#paymentByExternalId.set(`${order.site}\n${payment.externalId}`, payment.id)
    }
  }

  #drop(order: CrmOrder): void {
    if (order.externalId !== null) this.#byExternalId.delete(`${order.site}\n${order.externalId}`)
    for (const payment of order.payments) {
      this.#paymentOrder.delete(payment.id)
      if (payment.externalId !== null)
        this.#paymentByExternalId.delete(`${order.site}\n${payment.externalId}`)
    }
  }

  #context(): ChangeContext {
    const { dictionaries, offers, now } = this.#parts
    return {
      dictionaries,
      now: now(),
      nextId: (kind) => ++this.#lastId[kind],
      offer: (ids) => {
        const found = offers.find(ids)
        return found === null
          ? null
          : { id: found.id, externalId: found.externalId, xmlId: found.xmlId, name: found.name }
      },
    }
  }
}

function blankOrder(
  id: number,
  site: string,
  externalId: string | null,
  now: string,
  actor: Actor,
): CrmOrder {
  const isFromApi = actor.source === 'api'
  return {
    id,
    site,
    externalId,
    number: `${id}${isFromApi ? 'A' : 'C'}`,
    createdAt: now,
    statusUpdatedAt: now,
    status: 'new',
    orderType: 'eshop-individual',
    orderMethod: null,
    shipmentStore: null,
    shipmentDate: null,
    shipped: false,
    managerId: null,
    customerId: 0,
    discountManualAmount: '0',
    discountManualPercent: '0',
    texts: {},
    contragent: { contragentType: 'individual' },
    delivery: { code: null, cost: '0', netCost: '0', date: null, address: {}, data: {} },
    items: [],
    payments: [],
    customFields: {},
    fromApi: isFromApi,
  }
}
