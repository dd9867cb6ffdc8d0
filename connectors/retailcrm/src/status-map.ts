import { ParkError, statusMap, type Converter } from '@mufta/kit'
import type { RetailCrmSettings } from './settings.ts'

/** Stands for a cancelled order among the shop's status codes: the shop keeps cancel beside the status, the CRM in it. */
export const canceledCode = '~canceled'

/** Codes of the group "cancel" in a new RetailCRM account (list remembered from accounts, `check` compares it). */
export const standardCancelStatuses = [
  'no-call',
  'no-product',
  'already-buyed',
  'delyvery-did-not-suit',
  'prices-did-not-suit',
  'cancel-other',
] as const

/**
 * Shop status ↔ CRM status. An explicit entry of `statuses` wins over the cancel list. Every cancel status means the
 * same to the shop, so a manager's choice among them is kept.
 * @throws ConfigError `STATUS_AMBIGUOUS`; in use ParkError `STATUS_UNMAPPED`
 */
export function orderStatuses(
  settings: RetailCrmSettings,
): Converter<string, string> & { readonly toShop: (code: string) => string } {
  const statuses = statusMap<string, string>({
    name: 'statuses',
    table: settings.statuses,
    ...(settings.statusesToShop === undefined ? {} : { toShop: settings.statusesToShop }),
  })
  const isCancel = (code: unknown): boolean => typeof code === 'string' && isCancelStatus(settings, code)
  return {
    toExternal: (code) => (code === canceledCode ? settings.cancelStatus : statuses.toExternal(code)),
    toShop: (code) => (isCancel(code) ? canceledCode : statuses.toShop(code)),
    sameExternal: (a, b) => a === b || (isCancel(a) && isCancel(b)),
  }
}

/** Whether the CRM's status means a cancelled order. */
export function isCancelStatus(settings: RetailCrmSettings, code: string): boolean {
  if (code === settings.cancelStatus) return true
  if (Object.values(settings.statuses).includes(code)) return false
  if (Object.hasOwn(settings.statusesToShop ?? {}, code)) return false
  return settings.cancelStatuses.includes(code)
}

/** Paid or not ↔ payment status. Whatever is not the paid status counts as not paid, so steps between are left alone. */
export function paymentStatuses(settings: RetailCrmSettings): Converter<boolean, string> {
  const { paid, notPaid } = settings.paymentStatuses
  return {
    toExternal: (value) => (value ? paid : notPaid),
    toShop: (code) => code === paid,
    sameExternal: (a, b) => (a === paid) === (b === paid),
  }
}

/** One way by a table of the settings; several shop codes may share a CRM code. @throws ParkError with `code` */
export function lookUp(
  name: 'sites' | 'paymentTypes' | 'deliveryTypes' | 'stores',
  code: string,
  table: Readonly<Record<string, string>>,
): Converter<string, string> {
  return {
    toExternal: (value) => {
      const found = Object.hasOwn(table, value) ? table[value] : undefined
      if (found !== undefined) return found
      throw new ParkError(
        code,
        {
          en: `Shop code "${value}" is not in the mapping "${name}": add it in the settings`,
          ru: `Кода магазина «${value}» нет в соответствиях «${name}»: добавьте его в настройках`,
        },
        {
          facts: { field: name, side: 'shop', value },
        },
      )
    },
  }
}
