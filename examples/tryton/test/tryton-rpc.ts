/** A value as Tryton's JSON-RPC spells what JSON lacks. */
export const wireDecimal = (decimal: string) => ({ __class__: 'Decimal', decimal })

/** Somebody who works in the ERP: raw calls, independent of the connector under test. */
export class TrytonStaff {
  readonly #url: string
  readonly #user: string
  readonly #password: string
  #session: string | null = null
  /** Last argument of every model call. */
  context: Record<string, unknown> = {}

  constructor(options: { readonly url: string; readonly user: string; readonly password: string }) {
    this.#url = options.url
    this.#user = options.user
    this.#password = options.password
  }

  /** Logs in and works for the company of the user, once there is one. */
  async login(): Promise<void> {
    this.#session = null
    const [uid, session] = await this.#post<[number, string]>('common.db.login', [
      this.#user,
      { password: this.#password },
    ])
    this.#session = Buffer.from(`${this.#user}:${uid}:${session}`).toString('base64')
    const { company } = await this.#post<{ company?: number | null }>('model.res.user.get_preferences', [
      true,
      {},
    ])
    if (company != null) this.context = { company }
  }

  /** Calls `model.…` or `wizard.…`; the context is added as the last argument. */
  async call<T>(method: string, ...args: readonly unknown[]): Promise<T> {
    if (this.#session === null) await this.login()
    return this.#post<T>(method, [...args, this.context])
  }

  /** The id of the only record that matches. */
  async one(model: string, domain: unknown): Promise<number> {
    const [id] = await this.call<number[]>(`model.${model}.search`, domain)
    if (id === undefined) throw new Error(`Tryton has no ${model} for ${JSON.stringify(domain)}`)
    return id
  }

  async create(model: string, values: Record<string, unknown>): Promise<number> {
    const [id] = await this.call<number[]>(`model.${model}.create`, [values])
    if (id === undefined) throw new Error(`Tryton created no ${model}`)
    return id
  }

  async #post<T>(method: string, params: readonly unknown[]): Promise<T> {
    const response = await fetch(this.#url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(this.#session === null ? {} : { authorization: `Session ${this.#session}` }),
      },
      body: JSON.stringify({ id: 1, method, params }),
      signal: AbortSignal.timeout(60_000),
    })
    if (!response.ok) throw new Error(`Tryton answered ${method} with HTTP ${response.status}`)
    const body = (await response.json()) as { readonly result: T; readonly error?: unknown }
    if (body.error !== undefined) throw new Error(`Tryton refused ${method}: ${JSON.stringify(body.error)}`)
    return body.result
  }
}
