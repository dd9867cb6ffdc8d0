import { encodeQuery } from '@mufta/kit'
import type { Courier } from './courier.ts'
import type { OfflineQueue } from './offline-queue.ts'
import type { OutgoingWebhook } from './options.ts'
import type { Row } from './rows.ts'

/** Who changed something. Tokens travel with an event only when a user did it. */
export interface Cause {
  readonly kind: 'user' | 'agent' | 'rest'
  readonly clientId?: string
  readonly connector?: string
}

export interface Binding {
  readonly id: number
  readonly event: string
  /** '' for an offline subscription. */
  readonly handler: string
  readonly userId: number
  readonly connector: string
}

/** Events of the catalogue with the scope that lets an application bind them. */
export const EVENT_SCOPES: Readonly<Record<string, string>> = {
  ONAPPINSTALL: '',
  ONAPPUPDATE: '',
  ONAPPUNINSTALL: '',
  ONAPPTEST: '',
  ONOFFLINEEVENT: '',
  ONSALEORDERSAVED: 'sale',
  ONSALEBEFOREORDERDELETE: 'sale',
  ONORDERENTITYSAVED: 'sale',
  ONPAYMENTENTITYSAVED: 'sale',
  ONSHIPMENTENTITYSAVED: 'sale',
  ONPROPERTYVALUEENTITYSAVED: 'sale',
  ONORDERDELETED: 'sale',
  ONPAYMENTDELETED: 'sale',
  ONSHIPMENTDELETED: 'sale',
  ONPROPERTYVALUEDELETED: 'sale',
  ONCRMDEALADD: 'crm',
  ONCRMDEALUPDATE: 'crm',
  ONCRMDEALDELETE: 'crm',
}

const WITH_REFRESH_TOKEN = new Set(['ONAPPINSTALL', 'ONAPPUPDATE', 'ONOFFLINEEVENT', 'ONAPPTEST'])
const OUTGOING_DEFAULT = ['ONSALEORDERSAVED', 'ONSALEBEFOREORDERDELETE'] as const

export interface EventHubOptions {
  readonly now: () => number
  readonly courier: Courier
  readonly offline: OfflineQueue
  readonly outgoing: OutgoingWebhook | undefined
  readonly applicationToken: string
  readonly clientId: string
  /** `auth` of every delivery: domain, client_endpoint, server_endpoint, member_id. */
  readonly address: () => Row
  /** access_token, expires_in, scope, status. */
  readonly tokens: () => Row
  readonly refreshToken: () => string
}

interface Raised {
  readonly event: string
  readonly data: Row
  readonly cause: Cause
}

/**
 * Subscriptions and delivery. Events raised within one portal request leave at its end (`flush`); identical ones of
 * one handler are collapsed only within that request.
 */
export class EventHub {
  readonly bindings: Binding[] = []
  /** May be set up or taken away at any time. */
  outgoing: OutgoingWebhook | undefined
  readonly #options: EventHubOptions
  #raised: Raised[] = []
  #delayed: { readonly event: string; readonly fields: Row }[] = []
  #lastBinding = 0

  constructor(options: EventHubOptions) {
    this.#options = options
    this.outgoing = options.outgoing
  }

  bind(binding: Omit<Binding, 'id'>): boolean {
    const isTaken = this.bindings.some(
      (known) =>
        known.event === binding.event &&
        known.handler === binding.handler &&
        known.userId === binding.userId &&
        known.connector === binding.connector,
    )
    if (isTaken) return false
    this.#lastBinding += 1
    this.bindings.push({ id: this.#lastBinding, ...binding })
    return true
  }

  /** Removes what matches and says how many. */
  unbind(matches: (binding: Binding) => boolean): number {
    const kept = this.bindings.filter((binding) => !matches(binding))
    const count = this.bindings.length - kept.length
    this.bindings.splice(0, this.bindings.length, ...kept)
    return count
  }

  raise(event: string, fields: Row, cause: Cause): void {
    this.#raised.push({ event, data: { FIELDS: fields }, cause })
  }

  /** For a change whose cause only the coming save knows. */
  later(event: string, fields: Row): void {
    this.#delayed.push({ event, fields })
  }

  raiseDelayed(cause: Cause): void {
    for (const { event, fields } of this.#delayed) this.raise(event, fields, cause)
    this.#delayed = []
  }

  raiseTest(query: Row): void {
    this.#raised.push({ event: 'ONAPPTEST', data: { QUERY: query }, cause: { kind: 'user' } })
  }

  flush(): void {
    if (this.#raised.length === 0) return
    const raised = this.#raised
    this.#raised = []
    const sent = new Set<string>()
    let hasQueued = false
    for (const item of raised) {
      hasQueued = this.#queue(item) || hasQueued
      this.#deliver(item, sent)
    }
    if (hasQueued) this.#deliver({ event: 'ONOFFLINEEVENT', data: {}, cause: { kind: 'user' } }, sent)
  }

  /** The application's own writes are not queued to itself when the connectors are equal, both empty included. */
  #queue({ event, data, cause }: Raised): boolean {
    let hasQueued = false
    for (const binding of this.bindings) {
      if (binding.event !== event || binding.handler !== '') continue
      const isOwn = cause.clientId === this.#options.clientId && (cause.connector ?? '') === binding.connector
      if (isOwn) continue
      this.#options.offline.push(binding.connector, event, data)
      hasQueued = true
    }
    return hasQueued
  }

  #deliver({ event, data, cause }: Raised, sent: Set<string>): void {
    const { outgoing } = this
    const { courier } = this.#options
    const send = (url: string, handlerId: number | undefined, auth: Row): void => {
      const key = `${handlerId ?? 'outgoing'} ${event} ${JSON.stringify(data)}`
      if (sent.has(key)) return
      sent.add(key)
      const ts = Math.floor(this.#options.now() / 1000)
      courier.send(
        url,
        encodeQuery({
          event,
          ...(handlerId === undefined ? {} : { event_handler_id: handlerId }),
          data,
          ts,
          auth,
        }),
      )
    }
    for (const binding of this.bindings) {
      if (binding.event === event && binding.handler !== '')
        send(binding.handler, binding.id, this.#auth(event, cause))
    }
    if (outgoing === undefined || !(outgoing.events ?? OUTGOING_DEFAULT).includes(event)) return
    const applicationToken = outgoing.applicationToken ?? this.#options.applicationToken
    send(outgoing.url, undefined, { ...this.#options.address(), application_token: applicationToken })
  }

  #auth(event: string, cause: Cause): Row {
    const { address, tokens, refreshToken, applicationToken } = this.#options
    return {
      ...(cause.kind === 'agent' ? {} : tokens()),
      ...address(),
      ...(WITH_REFRESH_TOKEN.has(event) ? { refresh_token: refreshToken() } : {}),
      application_token: applicationToken,
    }
  }
}
