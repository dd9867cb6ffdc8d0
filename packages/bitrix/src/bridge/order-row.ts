import { propertyRoles } from '@mufta/kit'
import { z } from 'zod'
import { code, decimalText, id, isoTime, name, text, version } from './wire.ts'

/**
 * An order as it travels. Names would be more than half of a page of orders, so each record in it is the list of its
 * members' values, and money is one text. Members are only ever added at the end of a list; what a newer module adds
 * is left out.
 */

/** "100.5 RUB". */
const total = z.string().regex(/^-?(0|[1-9]\d*)(\.\d+)? [A-Z]{3}$/)
/** "100.5" in the currency of the order's total, "100.5 USD" in another. */
const money = z.string().regex(/^-?(0|[1-9]\d*)(\.\d+)?( [A-Z]{3})?$/)

const itemPropertyRow = z
  .tuple([named('code', text), named('name', text), named('value', text)])
  .rest(z.unknown())

const itemRow = z
  .tuple([
    named('id', id),
    named('productId', id.nullable()),
    named('productXmlId', text.nullable()),
    named('name', name),
    named('quantity', decimalText),
    named('price', money),
    named('basePrice', money),
    named('discount', money),
    named('vatRate', decimalText.nullable()),
    named('vatIncluded', z.boolean()),
    named('measureCode', text.nullable()),
    named('measureName', text.nullable()),
    named('properties', z.array(itemPropertyRow)),
  ])
  .rest(z.unknown())

/** A property that orders of an answer have. */
export const propertyKind = z
  .tuple([
    named('id', id),
    named('code', text.nullable()),
    named('name', name),
    named('role', z.enum(propertyRoles).nullable()),
  ])
  .rest(z.unknown())

/** `kind` is a place in the answer's list of kinds. */
const propertyRow = z
  .tuple([named('kind', z.int().min(0)), named('value', z.union([text, z.array(text)]).nullable())])
  .rest(z.unknown())

const paymentRow = z
  .tuple([
    named('id', id),
    named('number', text),
    named('paySystemId', code),
    named('paySystemName', text),
    named('sum', money),
    named('paid', z.boolean()),
    named('paidAt', isoTime.nullable()),
    named('isReturn', z.boolean()),
    named('xmlId', text.nullable()),
  ])
  .rest(z.unknown())

const shipmentItemRow = z.tuple([named('basketItemId', id), named('quantity', decimalText)]).rest(z.unknown())

const shipmentRow = z
  .tuple([
    named('id', id),
    named('number', text),
    named('deliveryId', code),
    named('deliveryName', text),
    named('status', code),
    named('price', money),
    named('allowDelivery', z.boolean()),
    named('deducted', z.boolean()),
    named('canceled', z.boolean()),
    named('trackingNumber', text.nullable()),
    named('storeId', id.nullable()),
    named('items', z.array(shipmentItemRow)),
  ])
  .rest(z.unknown())

export const orderRow = z
  .tuple([
    named('id', id),
    named('number', text),
    named('siteId', code),
    named('xmlId', text.nullable()),
    named('version', version.nullable()),
    named('createdAt', isoTime),
    named('updatedAt', isoTime),
    named('status', code),
    named('canceled', z.boolean()),
    named('cancelReason', text.nullable()),
    named('paid', z.boolean()),
    named('personType', code),
    named('total', total),
    named('discount', money),
    named('tax', money.nullable()),
    named('userId', id.nullable()),
    named('customerComment', text.nullable()),
    named('managerComment', text.nullable()),
    named('items', z.array(itemRow)),
    named('properties', z.array(propertyRow)),
    named('payments', z.array(paymentRow)),
    named('shipments', z.array(shipmentRow)),
  ])
  .rest(z.unknown())

/** The title tells the reader of the contract what stands where. */
function named<Schema extends z.ZodType>(title: string, schema: Schema): Schema {
  return schema.meta({ title })
}
