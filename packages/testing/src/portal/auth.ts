import type { SimRequest } from '../sim/http.ts'
import type { OAuthServer } from './oauth.ts'
import { Refusal, wrongAuthType } from './refusal.ts'
import { accessTokenOf, type RestRequest } from './request.ts'
import type { Method } from './method.ts'

export interface Caller {
  /** Key of the operating budget: one webhook or one application. */
  readonly name: string
  /** Set for an application. */
  readonly clientId?: string
  readonly scopes: readonly string[]
}

export interface GateOptions {
  readonly userId: number
  readonly secret: string
  readonly webhookScopes: readonly string[]
  readonly clientId: string
  readonly appScopes: readonly string[]
  readonly oauth: OAuthServer
  /** Status of refusals about rights: 403 by the docs, 401 in older code. */
  readonly status: 401 | 403
}

/** Who may call what. Its switches are turned by the control side. */
export class Gate {
  isRevoked = false
  isBlocked = false
  readonly #options: GateOptions

  constructor(options: GateOptions) {
    this.#options = options
  }

  /** @throws Refusal */
  admit(request: SimRequest, rest: RestRequest): Caller {
    if (this.isBlocked) {
      throw new Refusal(
        this.#options.status,
        'ACCESS_DENIED',
        'REST API is available only on commercial plans',
      )
    }
    if (rest.params['token'] !== undefined) throw this.#invalidCredentials() // A signed link, which nobody signed.
    if (rest.webhook !== undefined) return this.#webhook(rest.webhook)
    const token = accessTokenOf(request, rest.params)
    if (token === '') throw new Refusal(401, 'NO_AUTH_FOUND', 'Wrong authorization data')
    this.#options.oauth.requireAccess(token)
    const { clientId, appScopes } = this.#options
    return { name: clientId, clientId, scopes: appScopes }
  }

  /** @throws Refusal `insufficient_scope`, `WRONG_AUTH_TYPE` */
  allow(caller: Caller, method: Method): void {
    if (method.app === true && caller.clientId === undefined) throw wrongAuthType()
    if (method.scope === '' || caller.scopes.includes(method.scope)) return
    throw new Refusal(
      this.#options.status,
      'insufficient_scope',
      'The request requires higher privileges than provided by the access token',
    )
  }

  #webhook(webhook: { readonly userId: string; readonly secret: string }): Caller {
    const { userId, secret, webhookScopes } = this.#options
    if (this.isRevoked || webhook.userId !== String(userId) || webhook.secret !== secret) {
      throw this.#invalidCredentials()
    }
    return { name: `webhook ${userId}`, scopes: webhookScopes }
  }

  #invalidCredentials(): Refusal {
    return new Refusal(this.#options.status, 'INVALID_CREDENTIALS', 'Invalid request credentials')
  }
}
