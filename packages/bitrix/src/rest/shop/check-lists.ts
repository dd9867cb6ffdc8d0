import type { Finding, Title } from '@mufta/kit'
import type { PortalOutcome } from './portal-calls.ts'

/** A list of the shop that a key may be without. */
interface Listed {
  readonly code: string
  readonly what: Title
  /** What is missing without it, behind "The … cannot be listed: ". */
  readonly loss: Title
  readonly fix: Title
}

export const PAYMENT_SYSTEMS: Listed = {
  code: 'SITE_PAYMENT_SYSTEMS',
  what: { en: 'payment systems', ru: 'Платёжные системы' },
  ...fromOrders('pay_system'),
}

export const DELIVERIES: Listed = {
  code: 'SITE_DELIVERIES',
  what: { en: 'deliveries', ru: 'Службы доставки' },
  ...fromOrders('sale'),
}

/** Nothing but the mapping of stores needs the list, so a key without it is good enough for everything else. */
export const STORES: Listed = {
  code: 'SITE_STORES',
  what: { en: 'stores', ru: 'Склады' },
  loss: {
    en: 'the mapping of stores offers no names, everything else works',
    ru: 'в сопоставлении складов не будет названий, остальное работает',
  },
  fix: {
    en: 'If orders shall tell the CRM their store, give the key the scope "Trade catalog" (catalog) and have an administrator make it; otherwise leave it',
    ru: 'Если склад заказа нужен в CRM, дайте ключу право «Торговый каталог» (catalog), создать ключ должен администратор; если не нужен, ничего не делайте',
  },
}

export function listFinding(outcome: PortalOutcome | undefined, { code, what, loss, fix }: Listed): Finding {
  if (outcome?.status === 'ok') {
    return {
      level: 'ok',
      code,
      message: { en: `The ${what.en} can be listed`, ru: `${what.ru} видны` },
    }
  }
  return {
    level: 'warning',
    code: `${code}_REFUSED`,
    message: { en: `The ${what.en} cannot be listed: ${loss.en}`, ru: `${what.ru} не видны: ${loss.ru}` },
    fix,
  }
}

/** Names are taken from recent orders then. */
function fromOrders(scope: string): Pick<Listed, 'loss' | 'fix'> {
  return {
    loss: {
      en: 'only those of recent orders are known',
      ru: 'известны только те, что есть в недавних заказах',
    },
    fix: {
      en: `Give the key the scope ${scope} and the right to change CRM or shop settings`,
      ru: `Дайте ключу право ${scope}, а его владельцу право изменять настройки CRM или магазина`,
    },
  }
}
