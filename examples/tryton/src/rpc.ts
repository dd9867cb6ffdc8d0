import {
  ApiClient,
  safeText,
  type ApiCallOptions,
  type ApiClientOptions,
  type ApiResponse,
  type Explanation,
} from '@mufta/kit'
import { trytonError } from './errors.ts'
import { fromWire } from './wire.ts'

export interface TrytonRpcOptions extends Omit<ApiClientOptions, 'system' | 'baseUrl' | 'encoding'> {
  readonly url: string
  readonly database: string
}

/** An answer of Tryton's JSON-RPC; HTTP says 200 whichever of the two it is. */
interface RpcAnswer {
  readonly result?: unknown
  readonly error?: unknown
}

/** Tryton's JSON-RPC over HTTP: `POST /{database}/` with method and parameters. Knows no session. */
export class TrytonRpc extends ApiClient {
  readonly #endpoint: string
  #id = 0

  constructor(options: TrytonRpcOptions) {
    const { url, database, ...rest } = options
    super({ ...rest, system: 'Tryton', baseUrl: url })
    this.#endpoint = `/${encodeURIComponent(database)}/`
  }

  /** @throws PermanentError, ParkError, RetryableError, AuthError with a code `TRYTON_*` for a refusal in the body */
  async rpc<T>(method: string, params: readonly unknown[], options: ApiCallOptions = {}): Promise<T> {
    const request = { id: ++this.#id, method, params }
    const answer = await this.call<RpcAnswer>('POST', this.#endpoint, request, options)
    if (answer.error !== undefined) {
      throw trytonError(method, answer.error, (text) => safeText(text, (part) => this.redact(part)))
    }
    return fromWire(answer.result) as T
  }

  /** Anything but the protocol's two shapes is a broken answer, never an empty success. */
  protected override interpret(response: ApiResponse): RpcAnswer {
    const { body } = response
    if (typeof body === 'object' && body !== null && ('result' in body || 'error' in body)) return body
    throw new TypeError('Neither result nor error')
  }

  /** Outside of the protocol Tryton's web server answers with HTML. */
  protected override explain(response: ApiResponse): Explanation | null {
    switch (response.status) {
      case 403:
        return {
          kind: 'permanent',
          systemCode: 'forbidden',
          systemMessage: 'no such method, or not for this user',
        }
      case 404:
        return { kind: 'auth', systemCode: 'not-found', systemMessage: 'no such database' }
      default:
        return null
    }
  }
}
