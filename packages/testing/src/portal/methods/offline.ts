import { readStart } from '../list.ts'
import { counts, single, type Call, type Methods, type Outcome } from '../method.ts'
import { badArgument, nullArgument } from '../refusal.ts'
import { asList, asRow, int, text, type Row } from '../rows.ts'
import { licenceRefusal } from './app.ts'

/** event.offline.*: the portal keeps a queue, the application pulls. */
export const offlineMethods: Methods = {
  'event.offline.get': { scope: '', app: true, run: get },
  'event.offline.list': { scope: '', app: true, run: list },
  'event.offline.clear': { scope: '', app: true, run: (call) => single(clear(call)) },
  'event.offline.error': { scope: '', app: true, run: (call) => single(markError(call)) },
}

const LIMIT = 50
const GET_FIELDS = new Set(['ID', 'TIMESTAMP_X', 'EVENT_NAME', 'MESSAGE_ID'])
const LIST_FIELDS = new Set([...GET_FIELDS, 'PROCESS_ID', 'ERROR'])
const FILTER_KEY = /^(>=|<=|=|>|<|@|%)?(\w+)$/

/** By default the rows are deleted as they are returned: a lost answer is lost events. */
function get(call: Call): Outcome {
  const params = lowerKeys(call.params)
  const isClearing = params['clear'] === undefined || int(params['clear']) !== 0
  if (!isClearing && !call.shop.offlineExtended) throw licenceRefusal('extended offline events handling')
  const limit = params['limit'] === undefined ? LIMIT : int(params['limit'])
  if (limit <= 0) throw badArgument('LIMIT', 'Value must be positive integer')
  const filter = sanitized(params['filter'], GET_FIELDS)
  const order = params['order'] === undefined ? { TIMESTAMP_X: 'ASC' } : asRow(params['order'])
  const { offline, newToken } = call.shop
  const given = params['process_id'] === undefined ? null : text(params['process_id']).trim()
  const processId = given ?? newToken()
  const events =
    given === null
      ? offline.reserve(call.connector, processId, filter, order, limit, int(params['error']) === 1)
      : offline.reserved(call.connector, processId, filter, order, limit)
  if (isClearing && events.length > 0) offline.clear(call.connector, processId)
  const isShown = given !== null || !isClearing
  return { result: { process_id: isShown ? processId : null, events }, rows: events.length }
}

function list(call: Call): Outcome {
  const params = lowerKeys(call.params)
  const page = call.shop.offline.list(
    call.connector,
    sanitized(params['filter'], LIST_FIELDS),
    asRow(params['order']),
    readStart(call.start),
  )
  return { ...counts(page), result: page.rows, rows: page.rows.length }
}

function clear(call: Call): boolean {
  const params = lowerKeys(call.params)
  const processId = requireProcess(params)
  const { offline } = call.shop
  // Server code takes message_id first, the docs say id wins: pass only one.
  if (params['message_id'] !== undefined) {
    const wanted = messageIds(params['message_id'])
    offline.clear(call.connector, processId, (row) => wanted.includes(text(row['MESSAGE_ID'])))
    return true
  }
  if (params['id'] === undefined) {
    offline.clear(call.connector, processId)
    return true
  }
  if (!Array.isArray(params['id'])) throw badArgument('id', 'Value must be array of integers')
  const ids = asList(params['id']).map(int)
  if (ids.some((id) => id <= 0)) throw badArgument('id', 'Value must be array of integers')
  offline.clear(call.connector, processId, (row) => ids.includes(int(row['ID'])))
  return true
}

function markError(call: Call): boolean {
  const params = lowerKeys(call.params)
  const processId = requireProcess(params)
  if (!Array.isArray(params['message_id'])) {
    throw badArgument('message_id', 'Value must be array of MESSAGE_ID values')
  }
  call.shop.offline.markError(call.connector, processId, asList(params['message_id']).map(text))
  return true
}

function requireProcess(params: Row): string {
  if (params['process_id'] === undefined) throw nullArgument('PROCESS_ID')
  return text(params['process_id']).trim()
}

function messageIds(value: unknown): readonly string[] {
  const ids = asList(value).map((id) => text(id).trim())
  if (!Array.isArray(value) || ids.some((id) => id.length !== 32)) {
    throw badArgument('message_id', 'Value must be array of MESSAGE_ID values')
  }
  return ids
}

/** Only some fields and operators are let through; the rest is refused, as the server does. */
function sanitized(filter: unknown, fields: ReadonlySet<string>): Row {
  const given = asRow(filter)
  for (const key of Object.keys(given)) {
    const field = FILTER_KEY.exec(key)?.[2]
    if (field === undefined || !fields.has(field))
      throw badArgument('filter', `Field is not allowed for filter: ${key}`)
  }
  return given
}

function lowerKeys(params: Row): Row {
  return Object.fromEntries(Object.entries(params).map(([key, value]) => [key.toLowerCase(), value]))
}
