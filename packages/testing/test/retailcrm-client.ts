import { encodeQuery } from '@mufta/kit'
import type { SimulatedRetailCrm } from '../src/retailcrm/index.ts'

// A test reads answers it has just asserted the shape of; a precise type per answer would only repeat the fixtures.
export interface Answer {
  readonly status: number
  readonly body: Body
}

export interface Body {
  readonly success: boolean
  readonly errorMsg?: string
  readonly errors?: unknown
  readonly id?: number
  readonly [field: string]: unknown
}

/** The least a client does: form-encoded POST with JSON in fields, nested GET queries, X-API-KEY. */
export class TestClient {
  readonly #url: string
  readonly #key: string | undefined

  constructor(crm: SimulatedRetailCrm, key: string | undefined = crm.apiKey) {
    this.#url = crm.url
    this.#key = key
  }

  get(path: string, query: Record<string, unknown> = {}): Promise<Answer> {
    const text = encodeQuery(query)
    return this.#send(`${path}${text === '' ? '' : `?${text}`}`, { method: 'GET' })
  }

  post(path: string, fields: Record<string, unknown> = {}): Promise<Answer> {
    const form = new URLSearchParams()
    for (const [name, value] of Object.entries(fields)) {
      form.set(name, typeof value === 'string' ? value : JSON.stringify(value))
    }
    return this.#send(path, { method: 'POST', body: form })
  }

  async #send(path: string, init: RequestInit): Promise<Answer> {
    const address = path.startsWith('/') ? path : `/api/v5/${path}`
    const headers = this.#key === undefined ? {} : { 'x-api-key': this.#key }
    const answer = await fetch(`${this.#url}${address}`, {
      ...init,
      headers,
      signal: AbortSignal.timeout(5000),
    })
    return { status: answer.status, body: (await answer.json()) as Body }
  }
}

export function orderOf(answer: Answer): Record<string, unknown> {
  return answer.body['order'] as Record<string, unknown>
}
