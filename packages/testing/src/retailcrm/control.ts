import { faultKinds, type FaultDial, type FaultKind, type SimAnswer, type SimRequest } from '../sim/index.ts'
import { notFound, Refusal, refusal } from './answers.ts'
import { isObject, type JsonObject } from './input.ts'
import type { RetailCrmOrderView } from './order-view.ts'
import type { UserChange } from './user-edit.ts'

/** What driving the simulator from another process needs of it. */
export interface Controlled {
  readonly faults: FaultDial
  readonly stats: { readonly byPath: ReadonlyMap<string, number> }
  orders(): readonly RetailCrmOrderView[]
  order(idOrExternalId: number | string): RetailCrmOrderView | null
  userEdit(idOrExternalId: number | string, change: UserChange): RetailCrmOrderView
  addStatus(code: string, group: string, name?: string): void
  revokeKey(key?: string): void
}

const json = (body: unknown): SimAnswer => ({ status: 200, body: JSON.stringify(body) })

/**
 * The same control by HTTP, without a key: GET /_sim/orders, GET and POST /_sim/orders/{id or externalId}, GET
 * /_sim/stats, POST /_sim/faults {rate, kinds}, POST /_sim/statuses {code, group}, POST /_sim/revoke-key. Bodies are JSON.
 */
export function control(crm: Controlled, request: SimRequest): SimAnswer {
  const [name = '', id] = request.path.slice('/_sim/'.length).split('/')
  try {
    return id === undefined
      ? byName(crm, name, request)
      : oneOrder(crm, name, decodeURIComponent(id), request)
  } catch (error) {
    return refusal(error instanceof Refusal ? error : new Refusal(400, 'Wrong control request'))
  }
}

function oneOrder(crm: Controlled, name: string, id: string, request: SimRequest): SimAnswer {
  if (name !== 'orders') throw notFound()
  if (request.method === 'POST') return json({ order: crm.userEdit(id, readBody(request)) })
  const order = crm.order(id)
  if (order === null) throw notFound()
  return json({ order })
}

function byName(crm: Controlled, name: string, request: SimRequest): SimAnswer {
  switch (`${request.method} ${name}`) {
    case 'GET orders':
      return json({ orders: crm.orders() })
    case 'GET stats':
      return json({ ...crm.stats, byPath: Object.fromEntries(crm.stats.byPath) })
    case 'POST faults':
      return turnDial(crm.faults, readBody(request))
    case 'POST statuses': {
      const { code, group, name: title } = readBody(request)
      if (typeof code !== 'string' || typeof group !== 'string')
        throw new Refusal(400, 'code and group are needed')
      crm.addStatus(code, group, typeof title === 'string' ? title : code)
      return json({ success: true })
    }
    case 'POST revoke-key':
      crm.revokeKey()
      return json({ success: true })
    default:
      throw notFound()
  }
}

function turnDial(faults: FaultDial, { rate, kinds }: JsonObject): SimAnswer {
  if (typeof rate === 'number') faults.rate = rate
  if (Array.isArray(kinds))
    faults.kinds = kinds.filter((kind): kind is FaultKind => faultKinds.includes(kind as FaultKind))
  return json({ rate: faults.rate, kinds: faults.kinds })
}

function readBody(request: SimRequest): JsonObject {
  const body: unknown = request.body.length === 0 ? {} : JSON.parse(request.body.toString('utf8'))
  if (!isObject(body)) throw new Refusal(400, 'A JSON object is needed')
  return body
}
