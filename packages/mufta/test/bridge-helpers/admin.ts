import { createHash } from 'node:crypto'

export type Visitor = 'admin' | 'writer' | 'reader' | 'nobody'

export interface Page {
  readonly status: number
  readonly text: string
  readonly location: string | null
}

/** A person's browser on the admin pages. */
export class AdminBrowser {
  readonly #url: string
  readonly #cookie: string
  /** The session id that a form of this visitor carries. */
  readonly sessid: string

  constructor(url: string, visitor: Visitor) {
    this.#url = url
    this.#cookie = `SHIM_SESSION=s-${visitor}; SHIM_USER=${visitor === 'nobody' ? '' : visitor}`
    this.sessid = createHash('md5').update(`sessids-${visitor}`).digest('hex')
  }

  async get(path: string, query: Readonly<Record<string, string>> = {}): Promise<Page> {
    return await this.#ask(`${path}?${new URLSearchParams(query).toString()}`, {})
  }

  async post(path: string, form: readonly (readonly [string, string])[]): Promise<Page> {
    return await this.#ask(path, {
      method: 'POST',
      body: new URLSearchParams(form.map(([name, value]): [string, string] => [name, value])),
    })
  }

  /** Presses install or uninstall on the page of modules. */
  async module(
    action: 'install' | 'uninstall',
    id: string,
    more: Readonly<Record<string, string>> = {},
  ): Promise<Page> {
    const query = { id, lang: 'ru', [action]: 'Y', sessid: this.sessid, ...more }
    return await this.get('/bitrix/admin/partner_modules.php', query)
  }

  async #ask(path: string, init: RequestInit): Promise<Page> {
    const response = await fetch(this.#url + path, {
      ...init,
      redirect: 'manual',
      headers: { cookie: this.#cookie },
      signal: AbortSignal.timeout(30_000),
    })
    return {
      status: response.status,
      text: await response.text(),
      location: response.headers.get('location'),
    }
  }
}
