import { MuftaError, type Shop } from '@mufta/kit'
import {
  startSimServer,
  type SimAnswer,
  type SimRequest,
  type SimServer,
  type SimulatedPortal,
} from '@mufta/testing'
import { commands, idempotencyKey, type CommandName } from '../src/bridge/commands.ts'
import { bridgeHeaders, bridgeSignature, isSameDigest, NONCE_SECONDS } from '../src/bridge/signer.ts'
import { rowsOfOrders } from './row-of-order.ts'

export interface FakeModuleOptions {
  readonly portal: SimulatedPortal
  /** The same site, read and written by REST. */
  readonly rest: Shop
  readonly now?: () => number
}

interface OutboxRow {
  readonly id: string
  readonly entity: string
  readonly entityId: string
  readonly reason: string
  token: string | null
}

const PATH = '/bitrix/services/main/ajax.php?action=mufta:bridge.bridge.call'

/**
 * The bridge module as the protocol describes it, in front of the simulated site. Strict: what the protocol refuses,
 * it refuses. What it proves is our side only; the module itself is run by the suite of packages/mufta.
 */
export class FakeModule {
  readonly keyId = 'k0123456789abcde'
  secret = 'a1'.repeat(32)
  /** Answered instead of working, by command. */
  readonly replies = new Map<string, SimAnswer>()
  readonly asked: { readonly command: string; readonly args: unknown; readonly key?: string }[] = []
  readonly rows: OutboxRow[] = []
  health: Record<string, unknown> = {}
  /** An order on which the module fails. */
  spoiled: string | null = null
  readonly #options: FakeModuleOptions
  readonly #answers = new Map<string, { readonly body: string; readonly answer: SimAnswer }>()
  readonly #nonces = new Set<string>()
  #server: SimServer | null = null
  #tokens = 0

  constructor(options: FakeModuleOptions) {
    this.#options = options
  }

  get server(): SimServer {
    if (this.#server === null) throw new Error('not started')
    return this.#server
  }

  get endpoint(): string {
    return `${this.server.url}${PATH}`
  }

  now(): number {
    return this.#options.now?.() ?? Date.now()
  }

  async start(): Promise<void> {
    this.#server = await startSimServer({
      handle: (request) => this.#handle(request),
      rateLimited: failure(429, 'BUSY', {}, { 'retry-after': '1' }),
    })
  }

  async close(): Promise<void> {
    await this.#server?.close()
  }

  /** What an event handler of the module writes: one waiting row per entity. */
  queue(entityId: string, reason: string, entity = 'order'): void {
    const waiting = this.rows.findIndex(
      (row) => row.entity === entity && row.entityId === entityId && row.token === null,
    )
    if (waiting >= 0) this.rows.splice(waiting, 1)
    this.rows.push({ id: String(++this.#tokens), entity, entityId, reason, token: null })
  }

  async #handle(request: SimRequest): Promise<SimAnswer> {
    const refused = this.#verify(request)
    if (refused !== null) return refused
    const body = JSON.parse(request.body.toString()) as { command: CommandName; args: unknown; key?: string }
    this.asked.push(body)
    const scripted = this.replies.get(body.command)
    if (scripted !== undefined) return scripted
    const command = commands[body.command]
    if (command === undefined) return failure(404, 'UNKNOWN_COMMAND')
    const args = command.args.safeParse(body.args)
    const isKeyRight = command.isWrite ? idempotencyKey.safeParse(body.key).success : body.key === undefined
    if (!args.success || !isKeyRight) return failure(400, 'BAD_REQUEST')
    return await this.#onceByKey(body.key, request.body.toString(), () => this.#run(body.command, args.data))
  }

  #verify({ method, path, query, headers, body }: SimRequest): SimAnswer | null {
    if (method !== 'POST') return failure(400, 'BAD_REQUEST')
    if (headers['content-type'] !== 'application/json; charset=utf-8') return failure(415, 'UNSUPPORTED_TYPE')
    const nonce = headers[bridgeHeaders.nonce] ?? ''
    const time = Number(headers[bridgeHeaders.time])
    const target = query === '' ? path : `${path}?${query}`
    const expected = bridgeSignature(this.secret, { time, nonce, method, target, body })
    const isRight = isSameDigest(expected, headers[bridgeHeaders.signature] ?? '')
    if (headers[bridgeHeaders.key] !== this.keyId || !isRight) return failure(401, 'BAD_SIGNATURE')
    if (Math.abs(this.now() / 1000 - time) > NONCE_SECONDS / 2) return failure(401, 'STALE')
    if (this.#nonces.has(nonce)) return failure(401, 'REPLAYED')
    this.#nonces.add(nonce)
    return null
  }

  async #onceByKey(key: string | undefined, body: string, run: () => Promise<SimAnswer>): Promise<SimAnswer> {
    const known = key === undefined ? undefined : this.#answers.get(key)
    if (known !== undefined) return known.body === body ? known.answer : failure(409, 'KEY_REUSED')
    const answer = await run()
    if (key !== undefined && answer.status === 200) this.#answers.set(key, { body, answer })
    return answer
  }

  async #run(command: CommandName, args: unknown): Promise<SimAnswer> {
    switch (command) {
      case 'health':
        return ok(this.#health())
      case 'orders.read':
        return await this.#read((args as { ids: string[] }).ids)
      case 'orders.changed':
        return this.#changed(args as { since: string | null; afterId: string | null; limit: number })
      case 'orders.ids':
        return this.#ids(args as { afterId: string | null; limit: number; since?: string })
      case 'dictionaries': {
        const names = await this.#options.rest.dictionaries()
        return ok({ ...names, properties: [], priceTypes: [] })
      }
      case 'orders.patch':
        return await this.#patch(args as { id: string; expectedVersion: number | null; patch: object })
      case 'outbox.claim': {
        const token = `token-${++this.#tokens}`
        const rows = this.rows.filter((row) => row.token === null).slice(0, (args as { limit: number }).limit)
        for (const row of rows) row.token = token
        const at = iso(this.now())
        return ok({ token, rows: rows.map(({ token: _token, ...row }) => ({ ...row, version: null, at })) })
      }
      case 'outbox.ack': {
        const { token, ids } = args as { token: string; ids: string[] }
        const done = this.rows.filter((row) => row.token === token && ids.includes(row.id))
        for (const row of done) this.rows.splice(this.rows.indexOf(row), 1)
        return ok({ acked: done.length })
      }
      default:
        return failure(404, 'UNKNOWN_COMMAND')
    }
  }

  #health(): Record<string, unknown> {
    const time = iso(this.now())
    return {
      module: 'mufta.bridge',
      version: '1.0.0',
      php: '8.2.36',
      main: '24.0.0',
      site: 'https://shop.example.ru',
      time,
      timezone: 'Europe/Moscow',
      encoding: 'UTF-8',
      database: 'MariaDB 10.11.19',
      outbox: { waiting: this.rows.length, dead: 0, oldestSeconds: null },
      lastAgentRun: time,
      sites: ['s1'],
      ...this.health,
    }
  }

  async #read(ids: readonly string[]): Promise<SimAnswer> {
    if (this.spoiled !== null && ids.includes(this.spoiled)) return failure(500, 'INTERNAL')
    const orders = await this.#options.rest.readOrders(ids)
    const missing = ids.filter((id) => !orders.has(id))
    return ok({ ...rowsOfOrders([...orders.values()]), missing })
  }

  #changed({
    since,
    afterId,
    limit,
  }: {
    since: string | null
    afterId: string | null
    limit: number
  }): SimAnswer {
    const now = iso(this.now())
    if (since === null) return ok({ changes: [], next: { since: now, afterId: null }, more: false, now })
    const second = (text: unknown): number => Math.floor(Date.parse(String(text)) / 1000)
    const after = Number(afterId ?? 0)
    const rows = this.#options.portal
      .orders()
      .filter((row) => second(row['dateUpdate']) >= second(since))
      .filter((row) => second(row['dateUpdate']) > second(since) || Number(row['id']) > after)
      .toSorted(
        (a, b) => second(a['dateUpdate']) - second(b['dateUpdate']) || Number(a['id']) - Number(b['id']),
      )
    const page = rows.slice(0, limit)
    const last = page.at(-1)
    const next =
      last === undefined
        ? { since, afterId }
        : { since: String(last['dateUpdate']), afterId: String(last['id']) }
    const changes = page.map((row) => ({
      id: String(row['id']),
      version: Number(row['version']),
      updatedAt: String(row['dateUpdate']),
    }))
    return ok({ changes, next, more: rows.length > page.length, now })
  }

  #ids({ afterId, limit, since }: { afterId: string | null; limit: number; since?: string }): SimAnswer {
    const all = this.#options.portal
      .orders()
      .filter((row) => since === undefined || Date.parse(String(row['dateInsert'])) >= Date.parse(since))
      .map((row) => Number(row['id']))
      .filter((id) => id > Number(afterId ?? 0))
      .toSorted((a, b) => a - b)
    return ok({ ids: all.slice(0, limit).map(String), more: all.length > limit })
  }

  async #patch(args: { id: string; expectedVersion: number | null; patch: object }): Promise<SimAnswer> {
    const row = this.#options.portal.order(Number(args.id))
    if (row === undefined) return failure(404, 'NOT_FOUND')
    const version = Number(row['version'])
    if (args.expectedVersion !== null && args.expectedVersion !== version)
      return failure(409, 'VERSION_CONFLICT', { version })
    const order = (await this.#options.rest.readOrders([args.id])).get(args.id)
    if (order === undefined) return failure(404, 'NOT_FOUND')
    try {
      await this.#options.rest.writeOrder(order, args.patch)
    } catch (error) {
      const code = error instanceof MuftaError ? (error.facts.systemCode ?? '') : ''
      return failure(400, 'REFUSED', { messages: [code, 'Отказ магазина'] })
    }
    const changed = Object.keys(args.patch)
    return ok({
      version: Number(this.#options.portal.order(Number(args.id))?.['version']),
      changed,
      warnings: [],
    })
  }
}

export function ok(result: unknown): SimAnswer {
  return { status: 200, body: JSON.stringify({ v: 1, ok: true, result }) }
}

export function failure(
  status: number,
  code: string,
  details: Record<string, unknown> = {},
  headers: Record<string, string> = {},
): SimAnswer {
  const error = { code, message: `${code} says the module`, details }
  return { status, headers, body: JSON.stringify({ v: 1, ok: false, error }) }
}

function iso(ms: number): string {
  return `${new Date(ms + 3 * 3_600_000).toISOString().slice(0, 19)}+03:00`
}
