import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { defineConnector, findProblems, httpsUrl, mapping, secret, type Connector } from '@mufta/kit'
import { z } from 'zod'
import type { PortalAccess } from '../../src/access/access.ts'
import { Admin } from '../../src/api/admin.ts'
import { LogRing } from '../../src/insight/log-ring.ts'
import { createLog } from '../../src/log.ts'
import { startRuntime, type Runtime } from '../../src/runtime.ts'
import type { ConnectionDefinition } from '../../src/settings-store/definition.ts'
import type { SitePairing } from '../../src/settings-store/site-pairing.ts'
import type { FileConnection, Workshop } from '../../src/settings-store/workshop.ts'
import { openSqliteStore } from '../../src/store/sqlite-store.ts'
import type { Role } from '../../src/store/admin-store.ts'
import type { Store } from '../../src/store/store.ts'
import { generateKey, parseKeys } from '../../src/vault/key-ring.ts'
import { Vault } from '../../src/vault/vault.ts'
import { FAST } from './bench.ts'
import { DEFAULT_SETTINGS, fakeConnector } from './fake-connector.ts'
import { FakeCrm } from './fake-crm.ts'
import { FakeShop } from './fake-shop.ts'

export const PASSWORD = 'correct horse 1'
export const RIGHT_KEY = 'sentinel-right-key-4471'
export const WEBHOOK = 'https://portal.example/rest/1/sentinelhook88/'

const settingsSchema = z.strictObject({
  url: httpsUrl().meta({ title: { en: 'Address', ru: 'Адрес' } }),
  apiKey: secret().meta({ title: { en: 'Key', ru: 'Ключ' } }),
  statuses: mapping()
    .default({})
    .meta({
      title: { en: 'Statuses', ru: 'Статусы' },
      dictionary: { shop: 'statuses', external: 'statuses' },
    }),
  days: z
    .number()
    .int()
    .default(3)
    .meta({ title: { en: 'Days', ru: 'Дни' } }),
})
const siteSchema = z.strictObject({
  kind: z.literal('rest'),
  webhook: z.url(),
  applicationToken: z.string().optional(),
})

/** Both systems of every connection that is opened, by its name. */
export interface Opened {
  readonly name: string
  readonly shop: FakeShop
  readonly crm: FakeCrm
  readonly definition: ConnectionDefinition
}

export interface Place {
  readonly url: string
  readonly store: Store
  readonly runtime: Runtime
  readonly admin: Admin
  readonly vault: Vault | null
  readonly opened: Opened[]
  readonly lines: string[]
  readonly clock: { now: number }
  /** The last one opened for this connection. */
  readonly last: (name: string) => Opened
  readonly visitor: (headers?: Readonly<Record<string, string>>) => Visitor
  /** A signed-in user with this role. */
  readonly as: (role: Role) => Promise<Visitor>
}

export interface PlaceOptions {
  readonly vault?: Vault | null
  readonly files?: readonly FileConnection[]
  readonly portal?: PortalAccess
  readonly pairing?: SitePairing
  readonly portals?: readonly string[]
  readonly trustProxy?: boolean
  readonly pageFolder?: string
  readonly store?: Store
  /** Every opening gets these. @default fresh ones each time */
  readonly systems?: { readonly shop: FakeShop; readonly crm: FakeCrm }
  readonly watchMs?: number
}

export function makeVault(): Vault {
  return new Vault(parseKeys(generateKey('k1')))
}

/** A runtime with its admin backend on a free port, between fake systems. */
export async function startAdmin(t: TestContext, options: PlaceOptions = {}): Promise<Place> {
  const clock = { now: Date.now() }
  const read = (): number => clock.now
  const store = options.store ?? (await openSqliteStore({ path: ':memory:', clock: read }))
  const lines: string[] = []
  const logs = new LogRing()
  const write = (line: string): void => {
    lines.push(line)
    logs.write(line)
  }
  const log = createLog({ level: 'debug', redact: (line) => line, write })
  const opened: Opened[] = []
  const vault = options.vault === undefined ? makeVault() : options.vault
  const admin = new Admin({
    store,
    vault,
    workshop: workshopOf(opened, options.systems),
    files: options.files ?? [],
    log,
    logs,
    secrets: new Set(),
    version: '9.9.9',
    pageFolder: options.pageFolder ?? null,
    passwordCost: { logN: 4, p: 1 },
    clock: read,
    ...(options.watchMs === undefined ? {} : { watchMs: options.watchMs }),
    ...(options.portal === undefined ? {} : { portal: options.portal }),
    ...(options.pairing === undefined ? {} : { pairing: options.pairing }),
    ...(options.portals === undefined ? {} : { portals: options.portals }),
    ...(options.trustProxy === undefined ? {} : { trustProxy: options.trustProxy }),
  })
  const runtime = await startRuntime({
    store,
    connections: await admin.openStored(),
    log,
    http: { host: '127.0.0.1', port: 0, routes: admin.routes },
    schedules: false,
    backoff: FAST,
  })
  t.after(async () => {
    await runtime.stop({ deadlineMs: 50 })
    await store.close()
  })
  const url = runtime.url as string
  const visitor: Place['visitor'] = (headers = {}) => new Visitor(url, headers)
  return {
    url,
    store,
    runtime,
    admin,
    vault,
    opened,
    lines,
    clock,
    last: (name) => opened.findLast((each) => each.name === name) as Opened,
    visitor,
    as: async (role) => {
      await admin.access.createUser('test', { login: role, role, password: PASSWORD })
      const someone = visitor()
      assert.equal((await someone.signIn(role)).status, 200)
      return someone
    },
  }
}

export interface Answered<Body = Record<string, unknown>> {
  readonly status: number
  readonly body: Body
  readonly text: string
  readonly headers: Headers
}

/** A browser as far as the API sees one: its cookie and the CSRF token. */
export class Visitor {
  csrf = ''
  cookies = new Map<string, string>()
  readonly #url: string
  readonly #headers: Readonly<Record<string, string>>

  constructor(url: string, headers: Readonly<Record<string, string>>) {
    this.#url = url
    this.#headers = headers
  }

  async signIn(login: string, password = PASSWORD): Promise<Answered> {
    return this.#keep(await this.post('/session', { login, password }))
  }

  async first(body: object): Promise<Answered> {
    return this.#keep(await this.post('/session/first', body))
  }

  get<Body = Record<string, unknown>>(path: string): Promise<Answered<Body>> {
    return this.call('GET', path)
  }

  post<Body = Record<string, unknown>>(path: string, body?: unknown): Promise<Answered<Body>> {
    return this.call('POST', path, body)
  }

  put<Body = Record<string, unknown>>(path: string, body?: unknown): Promise<Answered<Body>> {
    return this.call('PUT', path, body)
  }

  async call<Body = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answered<Body>> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(`${this.#url}/api${path}`, {
      method,
      redirect: 'manual',
      headers: {
        connection: 'close',
        ...(cookie === '' ? {} : { cookie }),
        ...(method === 'GET' || this.csrf === '' ? {} : { 'x-csrf-token': this.csrf }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...this.#headers,
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await response.text()
    for (const line of response.headers.getSetCookie()) this.#setCookie(line)
    return {
      status: response.status,
      // A table or lines for download are read as text.
      body: (isJson(response) ? JSON.parse(text || 'null') : null) as Body,
      text,
      headers: response.headers,
    }
  }

  #keep(answer: Answered): Answered {
    if (answer.status === 200) this.csrf = String(answer.body['csrf'])
    return answer
  }

  #setCookie(line: string): void {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
    if (value === '') this.cookies.delete(name)
    else this.cookies.set(name, value)
  }
}

function isJson(response: Response): boolean {
  return /^application\/json\b/.test(response.headers.get('content-type') ?? '')
}

export function newConnection(name: string, change: object = {}): object {
  return {
    name,
    connector: 'fake',
    mode: 'production',
    site: { kind: 'rest', webhook: WEBHOOK },
    settings: { url: 'https://crm.example', apiKey: RIGHT_KEY, statuses: { N: 'new', P: 'paid' } },
    ...change,
  }
}

const COPY_AGAIN = { en: 'Copy the key again', ru: 'Скопируйте ключ заново' }

export function apiConnector(): Connector {
  const { flows } = fakeConnector()
  return defineConnector({
    id: 'fake.crm',
    version: '1.2.3',
    title: { en: 'Fake CRM', ru: 'Пробная CRM' },
    settings: settingsSchema,
    open: () => new FakeCrm(),
    close: async (crm: FakeCrm) => void crm.closed++,
    flows: ({ statuses }: z.output<typeof settingsSchema>) =>
      flows({ ...DEFAULT_SETTINGS, statuses }) as never,
    dictionaries: async () => ({ statuses: [{ code: 'new', name: 'Новый', active: true }] }),
    check: async ({ settings }) =>
      settings.apiKey.reveal() === RIGHT_KEY
        ? [{ level: 'ok', code: 'CRM_OK', message: { en: 'The key is right', ru: 'Ключ верен' } }]
        : [{ level: 'error', code: 'CRM_KEY', message: 'The key is refused', fix: COPY_AGAIN }],
  }) as unknown as Connector
}

function workshopOf(opened: Opened[], systems: PlaceOptions['systems']): Workshop {
  const connector = apiConnector()
  return {
    connectors: async () => [{ name: 'fake', connector }],
    siteSecrets: ['webhook', 'applicationToken'],
    commonHosts: ['crm.lan:8080'],
    siteProblems: (site) => findProblems(siteSchema, site),
    openShop: () => new FakeShop(),
    openClient: () => new FakeCrm(),
    open: (name, definition) => {
      const { shop, crm } = systems ?? { shop: new FakeShop(), crm: new FakeCrm() }
      opened.push({ name, shop, crm, definition })
      return {
        name,
        mode: definition.mode,
        shop,
        connector,
        settings: settingsSchema.parse(definition.settings),
        client: crm,
        fingerprint: JSON.stringify(definition),
        secrets: [String(definition.site['webhook'])],
      }
    },
  }
}

export function fileConnection(name: string): FileConnection {
  const definition = { ...newConnection(name), schedule: {}, security: { allowHosts: [] } } as Record<
    string,
    unknown
  >
  delete definition['name']
  return { name, definition: definition as ConnectionDefinition, connector: apiConnector() }
}
