/** Dictionaries of the simulated account. The codes are those of a fresh RetailCRM account, shortened. */
export interface DictionaryEntry {
  readonly code: string
  readonly name: string
  readonly active: boolean
  readonly [field: string]: unknown
}

export interface StatusEntry extends DictionaryEntry {
  /** `cancel` is the group that means a cancelled order. */
  readonly group: string
  readonly ordering: number
}

export interface SiteEntry extends DictionaryEntry {
  readonly currency: string
}

export type Dictionary<E extends DictionaryEntry = DictionaryEntry> = Map<string, E>

export interface Dictionaries {
  readonly statuses: Dictionary<StatusEntry>
  readonly statusGroups: Dictionary
  readonly paymentTypes: Dictionary
  readonly paymentStatuses: Dictionary
  readonly deliveryTypes: Dictionary
  readonly orderTypes: Dictionary
  readonly orderMethods: Dictionary
  readonly sites: Dictionary<SiteEntry>
  readonly stores: Dictionary
  readonly priceTypes: Dictionary
}

export function createDictionaries(sites: readonly SiteEntry[]): Dictionaries {
  return {
    statuses: byCode(STATUSES),
    statusGroups: byCode(
      ['new', 'approval', 'assembling', 'delivery', 'complete', 'cancel'].map((code, index) =>
        entry(code, code, { ordering: index * 10, process: code !== 'complete' && code !== 'cancel' }),
      ),
    ),
    paymentTypes: byCode([
      entry('cash', 'Наличные'),
      entry('bank-card', 'Банковская карта'),
      entry('bank-transfer', 'Банковский перевод'),
      entry('e-money', 'Электронные деньги'),
      entry('credit', 'Кредит', { active: false }),
    ]),
    paymentStatuses: byCode([
      entry('not-paid', 'Не оплачен', { paymentComplete: false, defaultForApi: true }),
      entry('invoice', 'Выставлен счёт', { paymentComplete: false }),
      entry('paid', 'Оплачен', { paymentComplete: true }),
      entry('returned', 'Возвращён', { paymentComplete: false }),
    ]),
    deliveryTypes: byCode([
      entry('self-delivery', 'Самовывоз', { paymentTypes: [] }),
      entry('courier', 'Курьером', { paymentTypes: [] }),
      entry('russian-post', 'Почта России', { paymentTypes: ['bank-card', 'bank-transfer', 'e-money'] }),
    ]),
    orderTypes: byCode([
      entry('eshop-individual', 'Физическое лицо', { defaultForApi: true }),
      entry('eshop-legal', 'Юридическое лицо'),
    ]),
    orderMethods: byCode([
      entry('shopping-cart', 'Через корзину', { defaultForApi: true }),
      entry('phone', 'По телефону'),
      entry('one-click', 'В один клик'),
    ]),
    sites: byCode(sites),
    stores: byCode([
      entry('main', 'Основной склад', { type: 'store-type-warehouse', inventoryType: 'integer' }),
      entry('shop-center', 'Магазин в центре', { type: 'store-type-retail', inventoryType: 'integer' }),
    ]),
    priceTypes: byCode([entry('base', 'Базовая', { default: true })]),
  }
}

export function siteEntry(code: string, currency = 'RUB'): SiteEntry {
  return { code, name: code, active: true, url: `https://${code}.example`, loadFromYml: false, currency }
}

export function statusEntry(code: string, group: string, name = code, ordering = 10): StatusEntry {
  return { code, name, active: true, ordering, group }
}

const STATUSES: readonly StatusEntry[] = [
  statusEntry('new', 'new', 'Новый'),
  statusEntry('availability-confirmed', 'approval', 'Наличие подтверждено', 20),
  statusEntry('client-confirmed', 'approval', 'Согласовано с клиентом', 40),
  statusEntry('prepayed', 'approval', 'Предоплата поступила', 50),
  statusEntry('send-to-assembling', 'assembling', 'Передано в комплектацию'),
  statusEntry('assembling', 'assembling', 'Комплектуется', 20),
  statusEntry('assembling-complete', 'assembling', 'Укомплектован', 30),
  statusEntry('send-to-delivery', 'delivery', 'Передан в доставку'),
  statusEntry('delivering', 'delivery', 'Доставляется', 20),
  statusEntry('complete', 'complete', 'Выполнен'),
  statusEntry('no-call', 'cancel', 'Недозвон'),
  statusEntry('no-product', 'cancel', 'Нет в наличии', 20),
  statusEntry('cancel-other', 'cancel', 'Отменён', 90),
  // A left-over status with a numeric code, switched off: PHP answers have such keys.
  { ...statusEntry('3', 'complete', '3', 990), active: false },
]

function entry(code: string, name: string, extra: Record<string, unknown> = {}): DictionaryEntry {
  return { code, name, active: true, ...extra }
}

function byCode<E extends DictionaryEntry>(entries: readonly E[]): Dictionary<E> {
  return new Map(entries.map((item) => [item.code, item]))
}
