import {
  controllerList,
  causeOf,
  requireFields,
  requireId,
  single,
  type Call,
  type Methods,
} from '../method.ts'
import { paymentReadOnly, paymentTypes } from '../order-fields.ts'
import { Refusal, requiredFields } from '../refusal.ts'
import { int, text, type Row } from '../rows.ts'
import { typedFields } from './typed-fields.ts'

/** sale.payment.*; `paySystemId` is required on update too. */
export const paymentMethods: Methods = {
  'sale.payment.list': {
    scope: 'sale',
    run: controllerList('payments', (call) => call.shop.orders.payments),
  },
  'sale.payment.get': { scope: 'sale', run: (call) => single({ payment: { ...requirePayment(call) } }) },
  'sale.payment.add': {
    scope: 'sale',
    run: (call) => {
      const { orders } = call.shop
      const fields = requireFields(call.params)
      const missing = ['orderId', 'paySystemId'].filter((name) => fields[name] === undefined)
      if (missing.length > 0) throw requiredFields(missing)
      const orderId = int(fields['orderId'])
      const id = orders.addPayment(orderId, writable(fields))
      orders.save(orderId, causeOf(call), { payments: [id] })
      return single({ payment: { ...orders.payments.get(id) } })
    },
  },
  'sale.payment.update': {
    scope: 'sale',
    run: (call) => {
      const payment = requirePayment(call)
      const fields = requireFields(call.params)
      if (fields['paySystemId'] === undefined) throw requiredFields(['paySystemId'])
      const { orders } = call.shop
      orders.writePayment(payment, writable(fields))
      orders.save(int(payment['orderId']), causeOf(call), { payments: [int(payment['id'])] })
      return single({ payment: { ...payment } })
    },
  },
  'sale.payment.delete': {
    scope: 'sale',
    run: (call) => {
      const payment = requirePayment(call)
      const { orders, events } = call.shop
      if (payment['paid'] === 'Y') {
        throw new Refusal(400, 'SALE_PAYMENT_DELETE_EXIST_PAID', 'Payment is paid and cannot be deleted')
      }
      orders.payments.delete(int(payment['id']))
      events.raise('ONPAYMENTDELETED', { ID: payment['id'] }, causeOf(call))
      orders.save(int(payment['orderId']), causeOf(call))
      return single(true)
    },
  },
}

function writable(fields: Row): Row {
  const typed = typedFields(fields, paymentTypes, (name) => paymentReadOnly.has(name))
  return typed['priceCod'] === undefined ? typed : { ...typed, priceCod: text(typed['priceCod']) }
}

function requirePayment(call: Call): Row {
  const payment = call.shop.orders.payments.get(requireId(call.params))
  if (payment === undefined) throw new Refusal(400, 200640400001, 'payment is not exists')
  return payment
}
