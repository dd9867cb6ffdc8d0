import {
  ApiClient,
  MuftaError,
  type ApiRequest,
  type ApiResponse,
  type CallOptions,
  type ConnectorContext,
  type Explanation,
  type Secret,
} from '@mufta/kit'
import { type crmCodes, explainAnswer, isRecord, partlyLoaded } from './answers.ts'
import { accountOf, budgetOf } from './budget.ts'
import type { RetailCrmSettings } from './settings.ts'
import type { SiteOptions } from './sites.ts'

export type CrmApiContext = Pick<
  ConnectorContext<RetailCrmSettings>,
  'settings' | 'allowHosts' | 'budgets' | 'log'
>

export type Answer = Readonly<Record<string, unknown>>

/**
 * Speaks RetailCRM's API v5: form bodies with JSON inside, the key in a header, 503 as "slow down", 460 as "partly
 * loaded". Facts of a refusal carry a `systemCode` of `crmCodes` where its text is known.
 */
export class CrmApi extends ApiClient {
  protected readonly settings: RetailCrmSettings
  readonly #apiKey: Secret

  constructor({ settings, allowHosts, budgets, log }: CrmApiContext) {
    const { url, apiKey, requestsPerSecond } = settings
    super({
      system: 'RetailCRM',
      baseUrl: url,
      encoding: 'form',
      allowHosts,
      secrets: [apiKey.reveal()],
      budget: budgets.get(accountOf(url, apiKey), budgetOf(requestsPerSecond)),
      log,
    })
    this.settings = settings
    this.#apiKey = apiKey
  }

  protected override authenticate(request: ApiRequest): void {
    request.headers['x-api-key'] = this.#apiKey.reveal()
  }

  /** Partly loaded is an answer with data: who was stored and who was not. */
  protected override accepts(response: ApiResponse): boolean {
    const { status, body } = response
    if (status === partlyLoaded) return isRecord(body)
    return super.accepts(response) && !(isRecord(body) && body['success'] === false)
  }

  protected override explain(response: ApiResponse): Explanation | null {
    return explainAnswer(response)
  }

  protected read(path: string, query: object, options: CallOptions): Promise<Answer> {
    return this.call<Answer>('GET', `api/v5/${path}`, query, options)
  }

  /** Objects travel as JSON text in one form field each. */
  protected write(
    path: string,
    fields: Answer,
    { site, ...options }: SiteOptions,
    idempotent = false,
  ): Promise<Answer> {
    const form: Record<string, string> = { ...this.siteField(site) }
    for (const [name, value] of Object.entries(fields)) {
      form[name] = typeof value === 'string' ? value : JSON.stringify(value)
    }
    return this.call<Answer>('POST', `api/v5/${path}`, form, { ...options, idempotent })
  }

  protected siteField(site = this.settings.site): { readonly site?: string } {
    return site === undefined ? {} : { site }
  }
}

/** Whether RetailCRM refused for this very reason. */
export function isCrmCode(error: unknown, code: (typeof crmCodes)[keyof typeof crmCodes]): boolean {
  return error instanceof MuftaError && error.facts.systemCode === code
}
