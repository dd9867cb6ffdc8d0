import type { CallOptions, Words } from '@mufta/kit'
import { z } from 'zod'
import { optionalRows, parseAnswer } from './answer.ts'
import type { OfflineEventQueue } from './event-queue.ts'
import { ORDER_DELETED, ORDER_SAVED } from './hook.ts'
import type { PortalCalls } from './portal-calls.ts'

const EVENTS = [ORDER_SAVED, ORDER_DELETED]

/** What an administrator does where the key cannot bind events itself. */
export const WEBHOOK_ADVICE: readonly Words[] = [
  {
    en: 'An inbound webhook cannot bind events: changes are polled by date, nothing needs to be done.',
    ru: 'Входящий вебхук не может подписаться на события: изменения опрашиваются по дате, делать ничего не нужно.',
  },
  {
    en: `For faster reaction create an outgoing webhook in the portal (Developer resources) with the events ${EVENTS.join(', ')} and the handler address of this connection.`,
    ru: `Чтобы изменения приходили быстрее, создайте в портале исходящий вебхук («Разработчикам») с событиями ${EVENTS.join(', ')} и адресом обработчика этого соединения.`,
  },
  {
    en: 'Then put the token that its form shows into applicationToken of this connection.',
    ru: 'Затем впишите токен из его формы в applicationToken этого соединения.',
  },
]

/** And what is left to do there when the connection goes. */
export const WEBHOOK_LEAVING: readonly Words[] = [
  {
    en: 'An inbound webhook has bound nothing; delete the outgoing webhook in the portal, if there is one.',
    ru: 'Входящий вебхук ни на что не подписан; удалите в портале исходящий вебхук, если он есть.',
  },
]

/**
 * Binds what is missing: events to the handler and, where the plan has them, offline events. Safe to run twice: the
 * portal refuses a second binding of the same pair, so it is asked first.
 */
export async function subscribe(
  client: Pick<PortalCalls, 'call'>,
  queue: OfflineEventQueue,
  handlerUrl: string,
  options: CallOptions = {},
): Promise<readonly Words[]> {
  const bound = await readBindings(client, options)
  const isOffline = await queue.isAvailable(options)
  const lines: Words[] = []
  for (const wanted of wantedBindings(handlerUrl, isOffline)) {
    const isBound = bound.some((binding) => isSame(binding, wanted))
    // oxlint-disable-next-line no-await-in-loop -- few calls, and the report keeps their order
    if (!isBound) await client.call('event.bind', paramsOf(wanted), options)
    const name = nameOf(wanted)
    lines.push(
      isBound
        ? { en: `already bound: ${name}`, ru: `уже подписано: ${name}` }
        : { en: `bound: ${name}`, ru: `подписано: ${name}` },
    )
  }
  if (!isOffline) {
    lines.push({
      en: 'offline events are not part of the plan: lost events are found by polling',
      ru: 'офлайн-событий в тарифе нет: потерянные события находит опрос',
    })
  }
  return lines
}

/** Takes away our bindings to this handler and our offline events; others stay. */
export async function unsubscribe(
  client: Pick<PortalCalls, 'call'>,
  handlerUrl: string,
  options: CallOptions = {},
): Promise<readonly Words[]> {
  const bound = await readBindings(client, options)
  const ours = wantedBindings(handlerUrl, true).filter((wanted) =>
    bound.some((binding) => isSame(binding, wanted)),
  )
  const lines: Words[] = []
  for (const binding of ours) {
    // oxlint-disable-next-line no-await-in-loop -- few calls, and the report keeps their order
    await client.call('event.unbind', paramsOf(binding), options)
    const name = nameOf(binding)
    lines.push({ en: `unbound: ${name}`, ru: `подписка снята: ${name}` })
  }
  return lines.length > 0 ? lines : [{ en: 'nothing was bound', ru: 'подписок не было' }]
}

interface Binding {
  readonly event: string
  /** null = offline. */
  readonly handler: string | null
}

const bindingRows = optionalRows(
  z.object({
    event: z.string(),
    handler: z.string().nullish(),
    offline: z.union([z.number(), z.string(), z.boolean()]).nullish(),
  }),
)

async function readBindings(
  client: Pick<PortalCalls, 'call'>,
  options: CallOptions,
): Promise<readonly Binding[]> {
  const rows = parseAnswer(bindingRows, await client.call('event.get', {}, options), 'event.get')
  return rows.map((row) => ({
    event: row.event.toUpperCase(),
    handler: Number(row.offline) === 1 ? null : (row.handler ?? ''),
  }))
}

function wantedBindings(handlerUrl: string, isOffline: boolean): readonly Binding[] {
  const online = EVENTS.map((event) => ({ event, handler: handlerUrl }))
  return isOffline ? [...online, ...EVENTS.map((event) => ({ event, handler: null }))] : online
}

function isSame(a: Binding, b: Binding): boolean {
  return a.event === b.event && a.handler === b.handler
}

function paramsOf({ event, handler }: Binding): Record<string, string> {
  return handler === null ? { event, event_type: 'offline' } : { event, handler }
}

function nameOf({ event, handler }: Binding): string {
  return handler === null ? `${event} (offline)` : event
}
