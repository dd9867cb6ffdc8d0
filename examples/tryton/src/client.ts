import { ParkError, type ApiRequest, type CallOptions, type Secret } from '@mufta/kit'
import { Gate } from './gate.ts'
import { TrytonRpc, type TrytonRpcOptions } from './rpc.ts'

export interface TrytonClientOptions extends TrytonRpcOptions {
  readonly user: string
  readonly password: Secret
}

export interface ModelOptions extends CallOptions {
  /** Joins the context, the last argument of every call. */
  readonly context?: object
  /** Doing it twice is the same as once: may be sent again after a lost answer. @default false */
  readonly repeatable?: boolean
}

export interface ReadOptions extends ModelOptions {
  readonly orderBy?: readonly (readonly [field: string, direction: 'ASC' | 'DESC'])[]
  readonly limit?: number
}

/** Calls at once; the rest waits. */
const concurrency = 2

/** Tryton with a session: logs in when first needed and again when the session has expired. */
export class TrytonClient extends TrytonRpc {
  readonly #login: TrytonRpc
  readonly #user: string
  readonly #password: Secret
  readonly #gate = new Gate(concurrency)
  readonly #ids = new Map<string, number>()
  #session: Promise<string> | null = null
  #company: number | null = null

  constructor(options: TrytonClientOptions) {
    const { user, password, ...rest } = options
    const safe = { ...rest, secrets: [...(options.secrets ?? []), password.reveal()] }
    super(safe)
    this.#login = new TrytonRpc(safe)
    this.#user = user
    this.#password = password
  }

  /** Calls `model.{model}.{method}`. */
  model<T>(model: string, method: string, args: readonly unknown[], options: ModelOptions = {}): Promise<T> {
    const { signal, context, repeatable = false } = options
    const call = { idempotent: repeatable, ...(signal && { signal }) }
    const company = this.#company === null ? {} : { company: this.#company }
    const params = [...args, { ...company, ...context }]
    return this.#gate.run(() => this.rpc<T>(`model.${model}.${method}`, params, call), call)
  }

  /** Rows that match, with the named fields; "a.b" reads field b of record a into "a.". */
  read<Row>(
    model: string,
    domain: readonly unknown[],
    fields: readonly string[],
    options: ReadOptions = {},
  ): Promise<readonly Row[]> {
    const { orderBy = null, limit = null, ...rest } = options
    const args = [domain, 0, limit, orderBy, fields]
    return this.model(model, 'search_read', args, { ...rest, repeatable: true })
  }

  /** Id of the record with this code or name; kept, for such records do not change. @throws ParkError `TRYTON_MISSING` */
  async requireId(model: string, field: string, value: string, options: CallOptions = {}): Promise<number> {
    const key = `${model} ${field} ${value}`
    const known = this.#ids.get(key)
    if (known !== undefined) return known
    const { signal } = options
    const [row] = await this.read<{ readonly id: number }>(model, [[field, '=', value]], ['id'], {
      limit: 1,
      ...(signal && { signal }),
    })
    if (row === undefined) {
      throw new ParkError(
        'TRYTON_MISSING',
        `Tryton has no ${model} "${value}": add it there or change the settings`,
        {
          facts: { system: 'Tryton', field: model, value },
        },
      )
    }
    this.#ids.set(key, row.id)
    return row.id
  }

  /** The company of the logged-in user. @throws ParkError `TRYTON_NO_COMPANY` */
  async company(options: CallOptions = {}): Promise<number> {
    if (this.#company !== null) return this.#company
    const { signal } = options
    const preferences = await this.model<{ readonly company?: number | null }>(
      'res.user',
      'get_preferences',
      [true],
      { repeatable: true, ...(signal && { signal }) },
    )
    if (preferences.company == null) {
      throw new ParkError(
        'TRYTON_NO_COMPANY',
        'The Tryton user of the exchange has no company: choose one in its preferences',
      )
    }
    this.#company = preferences.company
    return preferences.company
  }

  /** Closes the connections. Calling twice is safe. */
  override async close(): Promise<void> {
    await Promise.all([super.close(), this.#login.close()])
  }

  protected override async authenticate(request: ApiRequest): Promise<void> {
    request.headers['authorization'] = `Session ${await this.#requireSession()}`
  }

  /** After a 401: the session has expired, one login serves everybody who waits. */
  protected override async refresh(): Promise<boolean> {
    this.#session = null
    await this.#requireSession()
    return true
  }

  async #requireSession(): Promise<string> {
    this.#session ??= this.#logIn()
    try {
      return await this.#session
    } catch (error) {
      this.#session = null
      throw error
    }
  }

  async #logIn(): Promise<string> {
    const [id, session] = await this.#login.rpc<readonly [number, string]>(
      'common.db.login',
      [this.#user, { password: this.#password.reveal() }],
      { idempotent: true },
    )
    return Buffer.from(`${this.#user}:${id}:${session}`).toString('base64')
  }
}
