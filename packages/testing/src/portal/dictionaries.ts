import type { FieldTypes } from './filter.ts'
import type { Row } from './rows.ts'

export interface StatusEntry {
  readonly id: string
  /** O = order, D = delivery. */
  readonly type: 'O' | 'D'
  readonly name: string
  readonly sort?: number
  readonly color?: string
}

/** Bitrix24 REST docs, sale/status: the statuses of a fresh shop; A is one that a shop adds by hand. */
export const STATUSES: readonly StatusEntry[] = [
  { id: 'N', type: 'O', name: 'Принят', sort: 100, color: '#BEEDF1' },
  { id: 'A', type: 'O', name: 'Собирается', sort: 130 },
  { id: 'P', type: 'O', name: 'Оплачен, формируется к отправке', sort: 150 },
  { id: 'S', type: 'O', name: 'Отправлен', sort: 160 },
  { id: 'D', type: 'O', name: 'Отменён', sort: 180 },
  { id: 'F', type: 'O', name: 'Выполнен', sort: 200 },
  { id: 'DN', type: 'D', name: 'Ожидает обработки', sort: 300 },
  { id: 'DD', type: 'D', name: 'Отменён', sort: 320 },
  { id: 'DF', type: 'D', name: 'Отгружен', sort: 400 },
]

export const PERSON_TYPES: readonly Row[] = [
  { id: 1, name: 'Физическое лицо', code: 'bx_individual', sort: '100', active: 'Y', xmlId: '' },
  { id: 2, name: 'Юридическое лицо', code: 'bx_legal', sort: '150', active: 'Y', xmlId: '' },
]

/** Codes are only a shop's custom: those of legal persons differ on purpose, the flags do not. */
export const PROPERTIES: readonly Row[] = [
  property(1, 1, 'FIO', 'Ф.И.О.', { isPayer: 'Y', isProfileName: 'Y', required: 'Y' }),
  property(2, 1, 'EMAIL', 'E-Mail', { isEmail: 'Y', required: 'Y', settings: { size: 40 } }),
  property(3, 1, 'PHONE', 'Телефон', { isPhone: 'Y' }),
  property(4, 1, 'ZIP', 'Индекс', { isZip: 'Y' }),
  property(5, 1, 'LOCATION', 'Местоположение', { isLocation: 'Y', type: 'LOCATION' }),
  property(6, 1, 'ADDRESS', 'Адрес доставки', { isAddress: 'Y', settings: { multiline: 'Y' } }),
  property(7, 1, '', 'Пожелания', {}),
  property(8, 1, 'CONTACT_BY', 'Как связаться', { type: 'ENUM', multiple: 'Y' }),
  property(9, 1, 'DELIVERY_DATE', 'Дата доставки', { type: 'DATE' }),
  property(20, 2, 'COMPANY', 'Название компании', { isProfileName: 'Y', required: 'Y' }),
  property(21, 2, 'INN', 'ИНН', {}),
  property(22, 2, 'KPP', 'КПП', {}),
  property(23, 2, 'CONTACT_PERSON', 'Контактное лицо', { isPayer: 'Y' }),
  property(24, 2, 'CONTACT_MAIL', 'Почта', { isEmail: 'Y', required: 'Y' }),
  property(25, 2, 'CONTACT_TEL', 'Телефон', { isPhone: 'Y' }),
  property(26, 2, 'POSTCODE', 'Индекс', { isZip: 'Y' }),
  property(27, 2, 'CITY_CODE', 'Местоположение', { isLocation: 'Y', type: 'LOCATION' }),
  property(28, 2, 'DELIVERY_ADDRESS', 'Адрес доставки', { isAddress: 'Y' }),
]

export const PAY_SYSTEMS: readonly Row[] = [
  paySystem(1, 'Наличные курьеру', 'cash', 'Y'),
  paySystem(2, 'Банковская карта', 'yandexcheckout', 'A'),
  paySystem(3, 'Счёт для юридического лица', 'bill', 'N'),
]

export const DELIVERIES: readonly Row[] = [
  delivery(1, 'Без доставки'),
  delivery(2, 'Курьер'),
  delivery(3, 'Самовывоз'),
  delivery(4, 'СДЭК до пункта выдачи'),
]

export const STORES: readonly Row[] = [
  store(1, 'Основной склад', 'main', 'Москва, Складская ул., 1'),
  store(2, 'Магазин на Лесной', 'lesnaya', 'Москва, Лесная ул., 5'),
  { ...store(3, 'Старый склад', 'old', 'Химки, Заводская ул., 2'), active: 'N' },
]

export const statusTypes: FieldTypes = {
  id: 'string',
  type: 'char',
  notify: 'char',
  sort: 'int',
  color: 'string',
  xmlId: 'string',
}
export const statusLangTypes: FieldTypes = {
  statusId: 'string',
  lid: 'string',
  name: 'string',
  description: 'string',
}
export const personTypeTypes: FieldTypes = {
  id: 'int',
  name: 'string',
  code: 'string',
  sort: 'int',
  active: 'char',
  xmlId: 'string',
}
export const propertyTypes: FieldTypes = {
  id: 'int',
  active: 'char',
  code: 'string',
  defaultValue: 'string',
  description: 'string',
  inputFieldLocation: 'string',
  isAddress: 'char',
  isAddressFrom: 'char',
  isAddressTo: 'char',
  isEmail: 'char',
  isFiltered: 'char',
  isLocation: 'char',
  isPayer: 'char',
  isPhone: 'char',
  isProfileName: 'char',
  isZip: 'char',
  multiple: 'char',
  name: 'string',
  personTypeId: 'int',
  propsGroupId: 'int',
  required: 'char',
  settings: 'other',
  sort: 'int',
  type: 'string',
  userProps: 'char',
  util: 'char',
  xmlId: 'string',
}

export const storeTypes: FieldTypes = {
  active: 'char',
  address: 'string',
  code: 'string',
  dateCreate: 'datetime',
  dateModify: 'datetime',
  description: 'string',
  email: 'string',
  gpsN: 'double',
  gpsS: 'double',
  id: 'int',
  imageId: 'other',
  issuingCenter: 'char',
  modifiedBy: 'int',
  phone: 'string',
  schedule: 'string',
  sort: 'int',
  title: 'string',
  userId: 'int',
  xmlId: 'string',
}

export function statusRow(status: StatusEntry): Row {
  return {
    color: status.color ?? '',
    id: status.id,
    notify: 'Y',
    sort: status.sort ?? 500,
    type: status.type,
    xmlId: null,
  }
}

function property(id: number, personTypeId: number, code: string, name: string, flags: Row): Row {
  return {
    active: 'Y',
    code,
    defaultValue: '',
    description: '',
    id,
    inputFieldLocation: '0',
    isAddress: 'N',
    isAddressFrom: 'N',
    isAddressTo: 'N',
    isEmail: 'N',
    isFiltered: 'N',
    isLocation: 'N',
    isPayer: 'N',
    isPhone: 'N',
    isProfileName: 'N',
    isZip: 'N',
    multiple: 'N',
    name,
    personTypeId,
    propsGroupId: personTypeId,
    required: 'N',
    settings: [],
    sort: id * 10,
    type: 'STRING',
    userProps: 'Y',
    util: 'N',
    xmlId: '',
    ...flags,
  }
}

/** Fields as in the docs' example of sale.paysystem.list. */
function paySystem(id: number, name: string, handler: string, isCash: string): Row {
  return {
    NAME: name,
    PSA_NAME: name,
    DESCRIPTION: '',
    ACTION_FILE: handler,
    RESULT_FILE: null,
    NEW_WINDOW: 'N',
    PS_MODE: null,
    HAVE_PAYMENT: 'N',
    HAVE_ACTION: 'N',
    HAVE_RESULT: 'N',
    HAVE_PREPAY: 'N',
    HAVE_PRICE: 'N',
    HAVE_RESULT_RECEIVE: 'N',
    ENCODING: null,
    ACTIVE: 'Y',
    ALLOW_EDIT_PAYMENT: 'Y',
    IS_CASH: isCash,
    CAN_PRINT_CHECK: 'N',
    ENTITY_REGISTRY_TYPE: 'ORDER',
    XML_ID: `bx_pay_${id}`,
    ID: id,
    PERSON_TYPE_ID: null,
    SORT: id * 100,
  }
}

function delivery(id: number, name: string): Row {
  return {
    NAME: name,
    ACTIVE: 'Y',
    DESCRIPTION: '',
    CURRENCY: 'RUB',
    ID: id,
    PARENT_ID: null,
    SORT: id * 100,
  }
}

/** Fields as in the docs' example of catalog.store.list. */
function store(id: number, title: string, code: string, address: string): Row {
  return {
    active: 'Y',
    address,
    code,
    dateCreate: '2024-10-18T16:30:45+02:00',
    dateModify: '2024-10-21T14:29:06+02:00',
    description: '',
    email: '',
    gpsN: 0,
    gpsS: 0,
    id,
    imageId: null,
    issuingCenter: 'N',
    modifiedBy: 1,
    phone: '',
    schedule: '',
    sort: id * 100,
    title,
    userId: 1,
    xmlId: null,
  }
}
