import { EVENT_SCOPES } from '../event-hub.ts'
import { single, type Call, type Methods } from '../method.ts'
import { Refusal, badArgument, nullArgument } from '../refusal.ts'
import { int, text, upperKeys } from '../rows.ts'

/** event.*: application context only; a webhook is answered WRONG_AUTH_TYPE. */
export const eventMethods: Methods = {
  'event.bind': { scope: '', app: true, run: (call) => single(bind(call)) },
  'event.unbind': { scope: '', app: true, run: (call) => single({ count: unbind(call) }) },
  'event.get': {
    scope: '',
    app: true,
    run: ({ shop }) => {
      const list = shop.events.bindings.map(({ event, handler, userId, connector }) =>
        handler === ''
          ? { event, connector_id: connector, offline: 1 }
          : { event, handler, auth_type: String(userId), offline: 0 },
      )
      return { result: list, rows: list.length }
    },
  },
  'event.test': {
    scope: '',
    app: true,
    run: ({ shop, params }) => {
      shop.events.raiseTest(params)
      return single(1)
    },
  },
}

interface Wanted {
  readonly event: string
  /** '' = offline */
  readonly handler: string
  readonly userId: number | undefined
}

function bind(call: Call): boolean {
  const { event, handler, userId } = readWanted(call)
  if (handler !== '') checkHandler(handler)
  const scope = EVENT_SCOPES[event]
  if (scope === undefined || (scope !== '' && !call.caller.scopes.includes(scope))) {
    throw new Refusal(400, 'ERROR_EVENT_NOT_FOUND', 'Event not found')
  }
  if (handler === '' && event === 'ONOFFLINEEVENT') {
    throw new Refusal(400, 'ERROR_ARGUMENT', 'Offline event cannot be registered for this event.')
  }
  const isNew = call.shop.events.bind({ event, handler, userId: userId ?? 0, connector: call.connector })
  if (!isNew) throw new Refusal(400, 'ERROR_CORE', 'Unable to set event handler: Handler already binded')
  return true
}

/** Server code: EVENT is demanded, and HANDLER for online handlers. */
function unbind(call: Call): number {
  const { event, handler, userId } = readWanted(call)
  return call.shop.events.unbind(
    (binding) =>
      binding.event === event &&
      binding.handler === handler &&
      (handler === ''
        ? binding.connector === call.connector
        : userId === undefined || binding.userId === userId),
  )
}

function readWanted(call: Call): Wanted {
  const params = upperKeys(call.params)
  const event = text(params['EVENT']).toUpperCase()
  if (event === '') throw nullArgument('EVENT')
  const type = text(params['EVENT_TYPE']).toLowerCase() || 'online'
  if (type !== 'online' && type !== 'offline') {
    throw badArgument('EVENT_TYPE', 'Value must be one of {online|offline}')
  }
  const handler = type === 'offline' ? '' : text(params['HANDLER'])
  if (type === 'online' && handler === '') throw nullArgument('HANDLER')
  return { event, handler, userId: params['AUTH_TYPE'] === undefined ? undefined : int(params['AUTH_TYPE']) }
}

function checkHandler(handler: string): void {
  if (!URL.canParse(handler)) throw new Refusal(400, 'ERROR_WRONG_HANDLER_URL', 'Wrong handler URL')
  const url = new URL(handler)
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new Refusal(400, 'ERROR_UNSUPPORTED_PROTOCOL', 'Unsupported event handler protocol')
  }
  if (!url.hostname.includes('.')) throw new Refusal(400, 'ERROR_WRONG_HANDLER_URL', 'Wrong handler URL')
}
