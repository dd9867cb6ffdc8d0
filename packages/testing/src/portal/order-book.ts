import { decimal } from '@mufta/kit'
import { portalTime } from './clock.ts'
import type { DictionaryNames } from './options.ts'
import { DELIVERIES, PAY_SYSTEMS, PROPERTIES, STATUSES, STORES, type StatusEntry } from './dictionaries.ts'
import type { EventHub, Cause } from './event-hub.ts'
import { itemTypes, orderTypes, paymentTypes, shipmentTypes, valueTypes } from './order-fields.ts'
import { amountOf, orderTotals } from './order-money.ts'
import { itemInTree, itemRow, orderRow, paymentRow, shipmentRow } from './order-rows.ts'
import { Refusal, invalidValue, unknownValue } from './refusal.ts'
import { int, text, type Row } from './rows.ts'
import { Table } from './table.ts'

export interface OrderBookOptions {
  readonly now: () => number
  readonly events: EventHub
  readonly currency: string
  readonly firstOrderId: number
  readonly statuses: readonly StatusEntry[]
  readonly names: DictionaryNames
}

/** Which parts of an order a save touched; each gives its own event. */
export interface Touched {
  readonly payments?: readonly number[]
  readonly shipments?: readonly number[]
  readonly values?: readonly number[]
  /** Basket or delivery price changed: totals are computed anew. */
  readonly money?: boolean
}

/** The shop's orders and their parts. Every change ends in `save`, as on the site. */
export class OrderBook {
  readonly orders: Table
  readonly items = new Table({ key: 'id', types: itemTypes, indexBy: 'orderId', firstId: 201 })
  readonly values = new Table({ key: 'id', types: valueTypes, indexBy: 'orderId', firstId: 1501 })
  readonly payments = new Table({ key: 'id', types: paymentTypes, indexBy: 'orderId', firstId: 101 })
  readonly shipments = new Table({ key: 'id', types: shipmentTypes, indexBy: 'orderId', firstId: 301 })
  readonly statuses: StatusEntry[]
  readonly paySystems: readonly Row[]
  readonly deliveries: readonly Row[]
  readonly #options: OrderBookOptions
  #lastShipmentItem = 320
  #lastReservation = 38

  constructor(options: OrderBookOptions) {
    this.#options = options
    this.orders = new Table({ key: 'id', types: orderTypes, firstId: options.firstOrderId })
    this.statuses = [...STATUSES, ...options.statuses]
    this.paySystems = named(PAY_SYSTEMS, options.names.paySystems)
    this.deliveries = named(DELIVERIES, options.names.deliveries)
  }

  get now(): string {
    return portalTime(this.#options.now())
  }

  /** An empty order, not yet announced: call `save`. */
  addOrder(change: Row): number {
    const id = this.orders.newId()
    this.#requireStatus(text(change['statusId'] ?? 'N'), 'O')
    this.orders.add(
      orderRow(id, this.now, { currency: this.#options.currency, xmlId: `bx_order_${id}`, ...change }),
    )
    return id
  }

  addItem(orderId: number, change: Row): number {
    const order = this.require(orderId)
    const id = this.items.newId()
    this.items.add(itemRow(id, orderId, this.now, { currency: order['currency'], ...change }))
    return id
  }

  /** Reserves the whole quantity in one store. Fields as in the docs' example of sale.order.get. */
  reserve(item: Row, storeId: number): void {
    if (!STORES.some((store) => store['id'] === storeId)) throw unknownValue('Store is not found')
    this.#lastReservation += 1
    item['reservations'] = [
      {
        basketId: item['id'],
        dateReserve: this.now,
        dateReserveEnd: this.now,
        id: this.#lastReservation,
        quantity: item['quantity'],
        reservedBy: null,
        storeId,
      },
    ]
  }

  addPayment(orderId: number, change: Row): number {
    const order = this.require(orderId)
    const id = this.payments.newId()
    const number = `${text(order['accountNumber'])}/${this.payments.owned(orderId).length + 1}`
    const row = paymentRow(id, orderId, this.now, { accountNumber: number, currency: order['currency'] })
    this.writePayment(row, change)
    this.payments.add(row)
    return id
  }

  addShipment(orderId: number, change: Row): number {
    const order = this.require(orderId)
    const id = this.shipments.newId()
    // The order's first shipment is the system one, which REST never shows.
    const number = `${text(order['accountNumber'])}/${this.shipments.owned(orderId).length + 2}`
    const row = shipmentRow(id, orderId, this.now, { accountNumber: number, currency: order['currency'] })
    this.writeShipment(row, change)
    this.shipments.add(row)
    return id
  }

  /** Puts the whole basket of the order into the shipment. */
  fillShipment(shipmentId: number): void {
    const shipment = this.shipments.get(shipmentId)
    if (shipment === undefined) return
    shipment['shipmentItems'] = this.items.ownedRows(int(shipment['orderId'])).map((item) => {
      this.#lastShipmentItem += 1
      return {
        basketId: item['id'],
        dateInsert: this.now,
        id: this.#lastShipmentItem,
        orderDeliveryId: shipmentId,
        quantity: item['quantity'],
        reservedQuantity: item['quantity'],
        xmlId: `bx_shipment_item_${this.#lastShipmentItem}`,
      }
    })
  }

  /** Replaces the order's set of property values: what is not listed is erased. Ids of kept properties stay. */
  setValues(
    orderId: number,
    wanted: readonly { readonly orderPropsId: number; readonly value: unknown }[],
  ): number[] {
    const order = this.require(orderId)
    const old = new Map(this.values.ownedRows(orderId).map((row) => [int(row['orderPropsId']), row]))
    const touched: number[] = []
    for (const { orderPropsId, value } of wanted) {
      const property = PROPERTIES.find((row) => row['id'] === orderPropsId)
      if (property === undefined || property['personTypeId'] !== order['personTypeId']) continue
      const known = old.get(orderPropsId)
      old.delete(orderPropsId)
      if (known !== undefined) {
        if (JSON.stringify(known['value']) !== JSON.stringify(value)) touched.push(int(known['id']))
        known['value'] = value
        continue
      }
      const id = this.values.newId()
      touched.push(id)
      const { code, name } = property
      this.values.add({ code, id, name, orderId, orderPropsId, orderPropsXmlId: null, value })
    }
    for (const row of old.values()) {
      this.values.delete(int(row['id']))
      this.#options.events.later('ONPROPERTYVALUEDELETED', { ID: row['id'] })
    }
    return touched
  }

  writeOrder(order: Row, change: Row): void {
    if (change['statusId'] !== undefined) this.#requireStatus(text(change['statusId']), 'O')
    const isCanceling = change['canceled'] === 'Y' && order['canceled'] !== 'Y'
    if (isCanceling) {
      this.#requireUnpaid(int(order['id']))
      this.#requireUnshipped(int(order['id']))
    }
    const statusBefore = order['statusId']
    const canceledBefore = order['canceled']
    Object.assign(order, change)
    if (order['statusId'] !== statusBefore) Object.assign(order, { dateStatus: this.now, empStatusId: 1 })
    if (order['canceled'] !== canceledBefore)
      Object.assign(order, { dateCanceled: this.now, empCanceledId: 1 })
  }

  writePayment(payment: Row, change: Row): void {
    if (change['paySystemId'] !== undefined) {
      const system = this.paySystems.find((row) => row['ID'] === int(change['paySystemId']))
      if (system === undefined) throw unknownValue('Pay system is not found')
      const { NAME, IS_CASH, XML_ID } = system
      Object.assign(payment, { paySystemIsCash: IS_CASH, paySystemName: NAME, paySystemXmlId: XML_ID })
    }
    const paidBefore = payment['paid']
    Object.assign(payment, change)
    if (payment['paid'] === paidBefore) return
    const isPaid = payment['paid'] === 'Y'
    Object.assign(payment, {
      datePaid: change['datePaid'] ?? this.now,
      empPaidId: isPaid ? 1 : payment['empPaidId'],
    })
  }

  writeShipment(shipment: Row, change: Row): void {
    if (change['statusId'] !== undefined) this.#requireStatus(text(change['statusId']), 'D')
    if (change['deliveryId'] !== undefined) {
      const delivery = this.deliveries.find((row) => row['ID'] === int(change['deliveryId']))
      if (delivery === undefined) throw unknownValue('Delivery is not found')
      shipment['deliveryName'] = delivery['NAME']
    }
    const { allowDelivery, deducted } = shipment
    Object.assign(shipment, change)
    if (shipment['allowDelivery'] !== allowDelivery) {
      Object.assign(shipment, { dateAllowDelivery: this.now, empAllowDeliveryId: 1 })
    }
    if (shipment['deducted'] !== deducted)
      Object.assign(shipment, { dateDeducted: this.now, empDeductedId: 1 })
  }

  /** Derives totals and flags, moves the version and the change date, announces the order and its touched parts. */
  save(orderId: number, cause: Cause, touched: Touched = {}): void {
    const order = this.require(orderId)
    const payments = this.payments.ownedRows(orderId)
    const shipments = this.shipments.ownedRows(orderId)
    if (touched.money === true) this.#recalculate(order, payments, shipments)
    const paid = decimal.sum(payments.filter((row) => row['paid'] === 'Y').map((row) => amountOf(row['sum'])))
    const isPaid = !decimal.isZero(paid) && decimal.compare(paid, amountOf(order['price'])) >= 0
    order['payed'] = isPaid ? 'Y' : 'N'
    order['deducted'] = shipments.length > 0 && shipments.every((row) => row['deducted'] === 'Y') ? 'Y' : 'N'
    order['version'] = int(order['version']) + 1
    order['dateUpdate'] = this.now

    const { events } = this.#options
    events.raise('ONORDERENTITYSAVED', { ID: orderId }, cause)
    for (const id of touched.payments ?? []) events.raise('ONPAYMENTENTITYSAVED', { ID: id }, cause)
    for (const id of touched.shipments ?? []) events.raise('ONSHIPMENTENTITYSAVED', { ID: id }, cause)
    for (const id of touched.values ?? []) events.raise('ONPROPERTYVALUEENTITYSAVED', { ID: id }, cause)
    events.raiseDelayed(cause)
    events.raise('ONSALEORDERSAVED', { ID: orderId, XML_ID: order['xmlId'], ACTION: 'save' }, cause)
  }

  deleteOrder(orderId: number, cause: Cause): void {
    const order = this.require(orderId)
    this.#requireUnpaid(orderId)
    const { events } = this.#options
    events.raise('ONSALEBEFOREORDERDELETE', { ID: orderId, XML_ID: order['xmlId'], ACTION: 'delete' }, cause)
    // ONORDERDELETED is left out: in the server code it is wired to another event and never fires.
    for (const [table, event] of [
      [this.payments, 'ONPAYMENTDELETED'],
      [this.shipments, 'ONSHIPMENTDELETED'],
      [this.values, 'ONPROPERTYVALUEDELETED'],
    ] as const) {
      for (const id of table.owned(orderId)) {
        table.delete(id)
        events.raise(event, { ID: id }, cause)
      }
    }
    for (const id of this.items.owned(orderId)) this.items.delete(id)
    this.orders.delete(orderId)
  }

  require(orderId: number): Row {
    const order = this.orders.get(orderId)
    if (order === undefined) throw new Refusal(400, 200540400001, 'order does not exist')
    return order
  }

  /** The answer of sale.order.get: the order with all its parts. Rows are copies; what is inside them is replaced, never changed. */
  tree(orderId: number): Row {
    const order = this.require(orderId)
    return {
      ...order,
      basketItems: this.items.ownedRows(orderId).map(itemInTree),
      clients: [],
      payments: this.payments.ownedRows(orderId).map((row) => ({ ...row })),
      propertyValues: this.values.ownedRows(orderId).map(withoutOrderId),
      requisiteLink: [],
      shipments: this.shipments.ownedRows(orderId).map((row) => ({ ...row })),
      tradeBindings: [],
    }
  }

  #recalculate(order: Row, payments: readonly Row[], shipments: readonly Row[]): void {
    const totals = orderTotals(this.items.ownedRows(int(order['id'])), shipments)
    const hasChanged = decimal.compare(totals.price, amountOf(order['price'])) !== 0
    Object.assign(order, {
      price: Number(totals.price),
      taxValue: Number(totals.tax),
      discountValue: Number(totals.discount),
    })
    // As the site does: a lone unpaid payment follows the order's price.
    const lone = payments.length === 1 ? payments[0] : undefined
    if (hasChanged && lone?.['paid'] === 'N' && order['canceled'] === 'N') lone['sum'] = order['price']
  }

  #requireStatus(id: string, type: 'O' | 'D'): void {
    if (!this.statuses.some((status) => status.id === id && status.type === type))
      throw invalidValue('STATUS_ID')
  }

  #requireUnpaid(orderId: number): void {
    if (!this.payments.ownedRows(orderId).some((row) => row['paid'] === 'Y')) return
    throw new Refusal(400, 'SALE_ORDER_CANCEL_PAYMENT_EXIST_ACTIVE', 'Order has active payments')
  }

  #requireUnshipped(orderId: number): void {
    if (!this.shipments.ownedRows(orderId).some((row) => row['deducted'] === 'Y')) return
    throw new Refusal(400, 'SALE_ORDER_CANCEL_SHIPMENT_EXIST_SHIPPED', 'Order has shipped shipments')
  }
}

export function withoutOrderId(value: Row): Row {
  const { orderId: _, ...rest } = value
  return rest
}

function named(rows: readonly Row[], names: Readonly<Record<number, string>> = {}): readonly Row[] {
  return rows.map((row) => ({ ...row, NAME: names[int(row['ID'])] ?? row['NAME'] }))
}
