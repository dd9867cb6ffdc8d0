import { portalTime } from './clock.ts'
import type { FieldTypes } from './filter.ts'
import type { SyntheticRows } from './options.ts'
import { int, text, type Row } from './rows.ts'
import { Table } from './table.ts'

/** Fields of a deal in the old spelling with their types. */
export const dealTypes: FieldTypes = {
  ID: 'int',
  TITLE: 'string',
  TYPE_ID: 'string',
  CATEGORY_ID: 'int',
  STAGE_ID: 'string',
  STAGE_SEMANTIC_ID: 'string',
  IS_NEW: 'char',
  PROBABILITY: 'int',
  CURRENCY_ID: 'string',
  OPPORTUNITY: 'double',
  IS_MANUAL_OPPORTUNITY: 'char',
  TAX_VALUE: 'double',
  LEAD_ID: 'int',
  COMPANY_ID: 'int',
  CONTACT_ID: 'int',
  QUOTE_ID: 'int',
  BEGINDATE: 'date',
  CLOSEDATE: 'date',
  ASSIGNED_BY_ID: 'int',
  CREATED_BY_ID: 'int',
  MODIFY_BY_ID: 'int',
  DATE_CREATE: 'datetime',
  DATE_MODIFY: 'datetime',
  OPENED: 'char',
  CLOSED: 'char',
  COMMENTS: 'string',
  ADDITIONAL_INFO: 'string',
  SOURCE_ID: 'string',
  SOURCE_DESCRIPTION: 'string',
  ORIGINATOR_ID: 'string',
  ORIGIN_ID: 'string',
  MOVED_BY_ID: 'int',
  MOVED_TIME: 'datetime',
  UTM_SOURCE: 'string',
  UF_CRM_ORDER_ID: 'string',
}

export const dealReadOnly: ReadonlySet<string> = new Set([
  'ID',
  'STAGE_SEMANTIC_ID',
  'DATE_CREATE',
  'DATE_MODIFY',
  'MOVED_TIME',
  'MOVED_BY_ID',
  'CREATED_BY_ID',
  'MODIFY_BY_ID',
  'LEAD_ID',
])

export function dealTable(rows: SyntheticRows | undefined, now: number): Table {
  if (rows === undefined) return new Table({ key: 'ID', types: dealTypes })
  const idAt = rows.gap ?? ((index: number) => index + 1)
  const ids = Array.from({ length: rows.count }, (_, index) => idAt(index))
  // One clone of a ready row costs a third of building it: big lists must not burn the simulator's time.
  const pattern = dealRow(0, portalTime(now), {})
  const row = (id: number): Row => {
    const deal = { ...pattern }
    deal['ID'] = String(id)
    deal['TITLE'] = `Deal #${id}`
    deal['OPPORTUNITY'] = `${id}.00`
    return deal
  }
  return new Table({ key: 'ID', types: dealTypes, synthetic: { ids, row } })
}

/** Every value is text or null, as crm.deal.* prints them. */
export function dealRow(id: number, now: string, change: Row): Row {
  return {
    ID: String(id),
    TITLE: '',
    TYPE_ID: 'SALE',
    STAGE_ID: 'NEW',
    PROBABILITY: null,
    CURRENCY_ID: 'RUB',
    OPPORTUNITY: '0.00',
    IS_MANUAL_OPPORTUNITY: 'N',
    TAX_VALUE: '0.00',
    LEAD_ID: null,
    COMPANY_ID: '0',
    CONTACT_ID: null,
    QUOTE_ID: null,
    BEGINDATE: null,
    CLOSEDATE: null,
    ASSIGNED_BY_ID: '1',
    CREATED_BY_ID: '1',
    MODIFY_BY_ID: '1',
    DATE_CREATE: now,
    DATE_MODIFY: now,
    OPENED: 'Y',
    CLOSED: 'N',
    COMMENTS: '',
    ADDITIONAL_INFO: null,
    CATEGORY_ID: '0',
    STAGE_SEMANTIC_ID: 'P',
    IS_NEW: 'Y',
    SOURCE_ID: null,
    SOURCE_DESCRIPTION: null,
    ORIGINATOR_ID: null,
    ORIGIN_ID: null,
    MOVED_BY_ID: '1',
    MOVED_TIME: now,
    UTM_SOURCE: null,
    UF_CRM_ORDER_ID: null,
    ...change,
  }
}

/** New values as the old methods store them: text, money with two decimals. */
export function dealChange(fields: Row): Row {
  const change: Row = {}
  for (const [name, value] of Object.entries(fields)) {
    const type = dealTypes[name]
    if (type === undefined || dealReadOnly.has(name)) continue
    change[name] =
      type === 'double' && value !== '' ? Number(text(value)).toFixed(2) : value === null ? null : text(value)
  }
  return change
}

const CAMEL = new Map(Object.keys(dealTypes).map((name) => [name, camel(name)] as const))
const UPPER = new Map([...CAMEL].map(([upper, lower]) => [lower, upper]))

/** "stageId" → "STAGE_ID", with any filter prefix kept. Unknown names come back as they are. */
export function dealFieldOf(name: string): string {
  const prefix = /^[^\w]*/.exec(name)?.[0] ?? ''
  return prefix + (UPPER.get(name.slice(prefix.length)) ?? name.slice(prefix.length))
}

/** The same deal as crm.item.* shows it: camelCase, numbers as numbers. */
export function dealAsItem(deal: Row): Row {
  const item: Row = {}
  for (const [name, value] of Object.entries(deal)) {
    const field = CAMEL.get(name)
    if (field === undefined) continue
    const type = dealTypes[name]
    if (type === 'int') item[field] = value === null ? 0 : int(value)
    else if (type === 'double') item[field] = Number(text(value))
    else item[field] = value
  }
  return { ...item, contactIds: [], observers: [], entityTypeId: 2 }
}

function camel(name: string): string {
  const special: Readonly<Record<string, string>> = {
    DATE_CREATE: 'createdTime',
    DATE_MODIFY: 'updatedTime',
    CREATED_BY_ID: 'createdBy',
    MODIFY_BY_ID: 'updatedBy',
    MOVED_BY_ID: 'movedBy',
    UF_CRM_ORDER_ID: 'ufCrmOrderId',
  }
  return special[name] ?? name.toLowerCase().replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase())
}
