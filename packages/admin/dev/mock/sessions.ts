import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'

export interface MockSession {
  login: string | null
  readonly csrf: string
}

/** Sessions by cookie. */
export class Sessions {
  readonly #byId = new Map<string, MockSession>()

  open(request: IncomingMessage, response: ServerResponse): MockSession {
    const id = /mock=([\w-]+)/.exec(request.headers.cookie ?? '')?.[1] ?? ''
    const known = this.#byId.get(id)
    if (known !== undefined) return known
    const fresh = { login: null, csrf: randomUUID() }
    const freshId = randomUUID()
    this.#byId.set(freshId, fresh)
    response.setHeader('set-cookie', `mock=${freshId}; HttpOnly; SameSite=Lax; Path=/`)
    return fresh
  }
}
