import { ApiClient, type ApiRequest, type ApiClientOptions, type CallOptions, type Secret } from '@mufta/kit'
import type { AcmeChange, AcmeOrder } from './wire.ts'

/** Speaks Acme's protocol; knows no business. Time limits, retries, typed errors and redaction come from ApiClient. */
export class AcmeClient extends ApiClient {
  readonly #key: Secret

  constructor(key: Secret, options: Omit<ApiClientOptions, 'system' | 'secrets'>) {
    super({ ...options, system: 'Acme', secrets: [key.reveal()] })
    this.#key = key
  }

  protected override authenticate(request: ApiRequest): void {
    request.headers['authorization'] = `Bearer ${this.#key.reveal()}`
  }

  async readOrders(ids: readonly string[], options: CallOptions): Promise<readonly AcmeOrder[]> {
    return (await this.call<{ orders: AcmeOrder[] }>('GET', 'orders', { ids }, options)).orders
  }

  async findOrder(externalId: string, options: CallOptions): Promise<AcmeOrder | null> {
    const found = await this.call<{ orders: AcmeOrder[] }>(
      'GET',
      'orders',
      { externalIds: [externalId] },
      options,
    )
    return found.orders[0] ?? null
  }

  /** Acme refuses a second order with the same externalId; the key lets a repeat return the first. */
  createOrder(draft: Partial<AcmeOrder>, idempotencyKey: string, options: CallOptions): Promise<AcmeOrder> {
    return this.call<AcmeOrder>('POST', 'orders', draft, {
      ...options,
      headers: { 'x-request-id': idempotencyKey },
    })
  }

  editOrder(id: string, changes: Partial<AcmeOrder>, options: CallOptions): Promise<AcmeOrder> {
    return this.call<AcmeOrder>('PATCH', `orders/${encodeURIComponent(id)}`, changes, {
      ...options,
      idempotent: true,
    })
  }

  changes(
    since: number | null,
    options: CallOptions,
  ): Promise<{ readonly changes: readonly AcmeChange[]; readonly last: number; readonly more: boolean }> {
    return this.call('GET', 'changes', since === null ? {} : { since }, options)
  }

  statuses(
    options: CallOptions,
  ): Promise<{ readonly statuses: readonly { readonly code: string; readonly name: string }[] }> {
    return this.call('GET', 'statuses', {}, options)
  }
}
