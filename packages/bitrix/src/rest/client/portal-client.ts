import { ConfigError, type CallOptions } from '@mufta/kit'
import type { JsonObject } from './answer.ts'
import { WebhookAuth, type PortalAuth } from './auth.ts'
import { runBatch, type BatchCommand, type BatchOptions } from './batch.ts'
import { checkCommand, type CommandOutcome } from './command.ts'
import { sharedLimits } from './limit-registry.ts'
import type { LimitFacts } from './limit-types.ts'
import { PortalLimits } from './limits.ts'
import { listRows, type ListOptions } from './list.ts'
import { lookUp } from './lookup.ts'
import { methodKind, type MethodKind } from './method-kind.ts'
import { OAuth } from './oauth.ts'
import { parseWebhook, resolveOptions, type PortalClientOptions } from './options.ts'
import { Origins } from './origins.ts'
import { Packer } from './packer.ts'
import { RowReader, type RowOptions } from './rows.ts'
import { TokenServer } from './token-server.ts'
import { PortalTransport } from './transport.ts'
import { writeMany, type WriteOutcome } from './writer.ts'

export interface PortalCallOptions extends CallOptions {
  /** Whether the method changes anything. @default by its name: get, list, fields, … are reads */
  readonly kind?: MethodKind
}

export interface GetManyOptions extends RowOptions, CallOptions {
  /** Narrows further; rows that do not match are absent. */
  readonly filter?: JsonObject
}

export interface PortalFacts extends LimitFacts {
  /** Host of the portal. */
  readonly portal: string
  readonly state: 'alive' | 'dead'
  readonly reason?: { readonly code: string; readonly message: string }
  readonly requests: number
  readonly retries: number
}

/**
 * Opens a client of one Bitrix24 portal (or 1C-Bitrix site with REST). Nothing is sent before the first call.
 *
 * @example
 * await using portal = createPortalClient({ webhook: process.env.WEBHOOK })
 * for await (const order of portal.list('sale.order.list', { select: ['id', 'statusId'] })) console.log(order)
 *
 * @throws ConfigError `PORTAL_OPTIONS`, `PORTAL_WEBHOOK`, `URL_*`
 */
export function createPortalClient(options: PortalClientOptions): PortalClient {
  const resolved = resolveOptions(options)
  const origins = new Origins(resolved)
  const auth = createAuth(options, origins)
  const { limits } = resolved
  const shared = limits instanceof PortalLimits ? limits : sharedLimits(auth.host(), limits)
  return new PortalClient(new PortalTransport(auth, shared, origins, resolved), origins)
}

/**
 * Speaks the REST protocol of one portal: authorisation, limits, batches, repeats, typed errors. Knows no business.
 * Every method throws the classes of `@mufta/kit` errors with codes `PORTAL_*`; a lost answer of a write is an
 * `UnknownOutcomeError` and is never repeated.
 */
export class PortalClient implements AsyncDisposable {
  readonly #transport: PortalTransport
  readonly #origins: Origins
  readonly #packer: Packer
  readonly #closing = new AbortController()

  /** Use `createPortalClient`. */
  constructor(transport: PortalTransport, origins: Origins) {
    this.#transport = transport
    this.#origins = origins
    this.#packer = new Packer(transport, this.#closing.signal)
  }

  /** One method in one request; resolves to its `result`. */
  async call(method: string, params: JsonObject = {}, options: PortalCallOptions = {}): Promise<unknown> {
    checkCommand(method, params)
    const kind = options.kind ?? methodKind(method)
    const request = { method, params, kind, signal: this.#signal(options.signal) }
    return (await this.#transport.request(request)).result
  }

  /** As `call`, but calls made at the same time travel together in one batch. */
  async packed(method: string, params: JsonObject = {}, options: PortalCallOptions = {}): Promise<unknown> {
    checkCommand(method, params)
    this.#signal(undefined)
    return this.#packer.call({ method, params, kind: options.kind ?? methodKind(method) }, options.signal)
  }

  /**
   * Several methods in as few requests as possible, one outcome each as data. A value may refer to an earlier command:
   * `$result[key][path]`, or `$result[0][path]` where the commands are a list.
   * Throws when not one request could be answered.
   */
  batch(commands: readonly BatchCommand[], options?: BatchOptions): Promise<readonly CommandOutcome[]>
  batch<K extends string>(
    commands: Readonly<Record<K, BatchCommand>>,
    options?: BatchOptions,
  ): Promise<Readonly<Record<K, CommandOutcome>>>
  async batch(
    commands: readonly BatchCommand[] | Readonly<Record<string, BatchCommand>>,
    options: BatchOptions = {},
  ): Promise<readonly CommandOutcome[] | Readonly<Record<string, CommandOutcome>>> {
    const signal = this.#signal(options.signal)
    const entries: readonly (readonly [string, BatchCommand])[] = Object.entries(commands)
    const outcomes = await runBatch(this.#transport, entries, options.halt ?? false, signal)
    if (Array.isArray(commands)) return outcomes
    return Object.fromEntries(
      entries.map(([name], index) => [name, outcomes[index] ?? { status: 'not-run' }]),
    )
  }

  /** Every row that matches, ascending by id. Leaving the loop cancels what is under way. */
  list(method: string, options: ListOptions = {}): AsyncIterableIterator<JsonObject> {
    checkCommand(method, options.params ?? {})
    return listRows(this.#transport, method, { ...options, signal: this.#signal(options.signal) })
  }

  /** The rows of these ids in their order, one for each different id; missing or invisible ones are absent. */
  async getMany(
    listMethod: string,
    ids: readonly (string | number)[],
    options: GetManyOptions = {},
  ): Promise<readonly JsonObject[]> {
    checkCommand(listMethod, options.params ?? {})
    const signal = this.#signal(options.signal)
    const reader = new RowReader(listMethod, options, this.#transport.auth.host())
    if (!reader.isPaged)
      throw new ConfigError('PORTAL_LIST', `${listMethod} cannot be asked for ids; use list`)
    return lookUp(this.#transport, reader, ids, options.filter ?? {}, signal)
  }

  /** One call of the method for each item, in parallel batches; one outcome per item in order. */
  async write(
    method: string,
    items: readonly JsonObject[],
    options: CallOptions = {},
  ): Promise<readonly WriteOutcome[]> {
    for (const item of items) checkCommand(method, item)
    return writeMany(this.#transport, method, items, this.#signal(options.signal))
  }

  /** What an operator may want to see. No secret. */
  facts(): PortalFacts {
    const { auth, limits, health, counts } = this.#transport
    const { death } = health
    return {
      portal: auth.host(),
      state: death === undefined ? 'alive' : 'dead',
      ...(death === undefined ? {} : { reason: { code: death.code, message: death.message } }),
      ...counts,
      ...limits.facts(auth.account),
    }
  }

  /** Cancels what is under way and closes the connections. Safe to call twice. */
  async close(): Promise<void> {
    this.#closing.abort()
    this.#transport.limits.flush()
    await this.#origins.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #signal(signal: AbortSignal | undefined): AbortSignal {
    if (this.#closing.signal.aborted) throw new ConfigError('PORTAL_CLOSED', 'The portal client is closed')
    return signal === undefined ? this.#closing.signal : AbortSignal.any([signal, this.#closing.signal])
  }
}

function createAuth(options: PortalClientOptions, origins: Origins): PortalAuth {
  const { allowHosts, timeouts } = resolveOptions(options)
  if (options.webhook !== undefined) return new WebhookAuth(parseWebhook(options.webhook, allowHosts))
  const server = new TokenServer(options.oauth, origins, allowHosts, timeouts.totalMs)
  return new OAuth(options.oauth, allowHosts, server)
}
