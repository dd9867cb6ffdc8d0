import { faultKinds } from '../sim/faults.ts'
import type { SimAnswer, SimRequest } from '../sim/http.ts'
import type { OutgoingWebhook } from './options.ts'
import type { SimulatedPortal } from './portal.ts'
import { Refusal } from './refusal.ts'
import { asList, int, isRow, text, type Row } from './rows.ts'
import { orderSamples } from './samples.ts'

/**
 * The control side for another process, under /_sim/:
 * GET info, stats, orders, orders/{id}; POST orders (an order, or {samples, seed}), orders/{id}, orders/{id}/delete,
 * faults, limits, events {loss}, outgoing {url, applicationToken, events}, webhook/revoke, licence, tokens/expire, app/revoke, rename.
 */
export async function answerControl(portal: SimulatedPortal, request: SimRequest): Promise<SimAnswer> {
  const path = request.path
    .split('/')
    .filter((part) => part !== '')
    .slice(1)
  const body = readJson(request.body)
  if (body === null) return json(400, { error: 'Body is not a JSON object' })
  try {
    const result = request.method === 'GET' ? read(portal, path) : await write(portal, path, body)
    return result === undefined ? json(404, { error: 'No such control' }) : json(200, result)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return json(error.status, error.toBody())
  }
}

function read(portal: SimulatedPortal, [what, id]: readonly string[]): unknown {
  switch (what) {
    case 'info':
      return {
        url: portal.url,
        webhook: portal.webhook,
        applicationToken: portal.applicationToken,
        app: portal.app,
      }
    case 'stats':
      return { ...portal.stats, byMethod: Object.fromEntries(portal.stats.byMethod) }
    case 'orders':
      return id === undefined ? portal.orders() : portal.order(int(id))
    default:
      return undefined
  }
}

async function write(
  portal: SimulatedPortal,
  [what, id, action]: readonly string[],
  body: Row,
): Promise<unknown> {
  switch (what) {
    case 'orders':
      return writeOrders(portal, id, action, body)
    case 'faults':
      return turnFaults(portal, body)
    case 'limits':
      portal.setLimits(body['off'] === true ? false : body)
      return { done: true }
    case 'events':
      portal.setEventLoss(Number(text(body['loss'])))
      return { done: true }
    case 'outgoing':
      portal.setOutgoingWebhook(body['url'] === undefined ? undefined : readOutgoing(body))
      return { done: true }
    case 'webhook':
      portal.revokeWebhook()
      return { done: true }
    case 'licence':
      portal.blockLicence(body['blocked'] !== false)
      return { done: true }
    case 'tokens':
      portal.expireAccessTokens()
      return { done: true }
    case 'app':
      portal.revokeApp()
      return { done: true }
    case 'rename':
      return { url: await portal.rename() }
    default:
      return undefined
  }
}

function writeOrders(
  portal: SimulatedPortal,
  id: string | undefined,
  action: string | undefined,
  body: Row,
): unknown {
  if (id === undefined) {
    if (body['samples'] === undefined) return { id: portal.placeOrder(body) }
    const samples = orderSamples(int(body['samples']), body['seed'] === undefined ? 1 : int(body['seed']))
    return { ids: samples.map((sample) => portal.placeOrder(sample)) }
  }
  if (action === 'delete') portal.deleteOrder(int(id))
  else portal.editOrder(int(id), body)
  return { done: true }
}

function readOutgoing(body: Row): OutgoingWebhook {
  const { url, applicationToken, events } = body
  return {
    url: text(url),
    ...(applicationToken === undefined ? {} : { applicationToken: text(applicationToken) }),
    ...(events === undefined ? {} : { events: asList(events).map(text) }),
  }
}

function turnFaults(portal: SimulatedPortal, body: Row): Row {
  const { faults } = portal
  if (body['rate'] !== undefined) faults.rate = Number(text(body['rate']))
  if (body['kinds'] !== undefined) {
    const wanted = asList(body['kinds']).map(text)
    faults.kinds = faultKinds.filter((kind) => wanted.includes(kind))
  }
  return { rate: faults.rate, kinds: faults.kinds }
}

function readJson(body: Buffer): Row | null {
  if (body.length === 0) return {}
  try {
    const parsed: unknown = JSON.parse(body.toString('utf8'))
    return isRow(parsed) ? parsed : null
  } catch {
    return null // Answered as 400 above.
  }
}

function json(status: number, body: unknown): SimAnswer {
  return { status, body: JSON.stringify(body) }
}
