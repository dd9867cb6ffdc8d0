import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { startRetailCrm, type SimulatedRetailCrm } from '@mufta/testing'
import { main } from '../../src/cli.ts'
import type { ConfigInput } from '../../src/config/schema.ts'
import { RuntimeProcess } from '../../src/demo/runtime-process.ts'
import { AdminBrowser } from './admin.ts'
import type { PhpServer } from './php-server.ts'
import { MODULE_ID, Site } from './site.ts'

export const CONNECTION = 'shop-crm'

/** Shop status → CRM status. */
export const STATUSES = { N: 'new', P: 'prepayed', F: 'complete', dl: 'delivering' } as const

export interface SiteOrder {
  readonly id: string
  readonly status: string
  readonly comment: string
  readonly total: string
  /** Every part was written; a killed checkout leaves less. */
  readonly isWhole: boolean
}

/** A site with the module, a CRM, and Mufta between them as a process of its own; paired as a person would pair them. */
export class BridgeWorld implements AsyncDisposable {
  readonly site: Site
  readonly crm: SimulatedRetailCrm
  readonly runtime: RuntimeProcess
  readonly folder: string
  readonly #muftaUrl: string
  #server: PhpServer

  private constructor(site: Site, server: PhpServer, crm: SimulatedRetailCrm, folder: string, port: number) {
    this.site = site
    this.#server = server
    this.crm = crm
    this.folder = folder
    this.runtime = new RuntimeProcess(folder, port)
    this.#muftaUrl = `http://127.0.0.1:${port}`
  }

  static async start(signal: AbortSignal): Promise<BridgeWorld> {
    const site = await Site.make()
    const server = await site.serve(4)
    const crm = await startRetailCrm({ requestsPerSecond: 0 })
    const folder = mkdtempSync(join(tmpdir(), 'mufta-bridge-world-'))
    const port = await freePort()
    const world = new BridgeWorld(site, server, crm, folder, port)
    writeFileSync(join(folder, 'mufta.config.json'), JSON.stringify(configuration(crm, port)))
    writeFileSync(join(folder, '.env'), `MUFTA_KEYS=k1:${randomBytes(32).toString('base64')}\n`)
    await world.runtime.start(signal)
    await world.#pair()
    return world
  }

  get url(): string {
    return this.#server.url
  }

  /** A buyer orders, or with an id somebody of the shop edits. Throws when the answer was lost. */
  async checkout(order: Readonly<Record<string, unknown>>): Promise<string> {
    const response = await fetch(`${this.url}/checkout.php`, { method: 'POST', body: JSON.stringify(order) })
    const { id, errors } = (await response.json()) as { id: number | null; errors: string[] }
    if (id === null || errors.length > 0) throw new Error(`the checkout failed: ${errors.join('; ')}`)
    return String(id)
  }

  /** kill −9 of the web server and its workers, and a new start on the same port. */
  async restartSite(): Promise<void> {
    const { port } = new URL(this.url)
    this.#server.killHard()
    await this.#server.close()
    this.#server = await this.site.serve(4, Number(port))
  }

  async orders(): Promise<readonly SiteOrder[]> {
    const rows = await this.site.rows(
      `SELECT O.ID, O.STATUS_ID, O.USER_DESCRIPTION, O.PRICE,
       (SELECT COUNT(*) FROM b_sale_order_props_value V WHERE V.ORDER_ID = O.ID) AS VALUES_COUNT
       FROM b_sale_order O ORDER BY O.ID`,
    )
    return rows.map((row) => ({
      id: String(row['ID']),
      status: String(row['STATUS_ID']),
      comment: String(row['USER_DESCRIPTION']),
      total: Number(row['PRICE']).toFixed(2),
      isWhole: row['VALUES_COUNT'] === '6',
    }))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.runtime.kill()
    await this.crm.close()
    rmSync(this.folder, { recursive: true, force: true })
    await this.site[Symbol.asyncDispose]()
  }

  /** `mufta bridge pair`, and the code typed on the settings page. */
  async #pair(): Promise<void> {
    const stdout = new PassThrough()
    const outside = { cwd: this.folder, env: { LANG: 'C' }, stdout, stderr: stdout } as unknown as Parameters<
      typeof main
    >[1]
    await main(['bridge', 'pair', CONNECTION, '--json'], outside)
    const { code } = JSON.parse(String(stdout.read())) as { code: string }
    const outcome = await typeCode(this.url, this.#muftaUrl, code)
    if (outcome !== 'paired') throw new Error(`pairing ended as ${outcome}`)
  }
}

/** What an administrator of the site types on the module's settings page; says how the pairing ended. */
export async function typeCode(siteUrl: string, muftaUrl: string, code: string): Promise<string | null> {
  const admin = new AdminBrowser(siteUrl, 'admin')
  const page = await admin.post(`/bitrix/admin/settings.php?mid=${MODULE_ID}&lang=ru`, [
    ['sessid', admin.sessid],
    ['mufta_bridge_runtime_url', muftaUrl],
    ['mufta_bridge_push_private', 'Y'],
    ['mufta_bridge_push', 'Y'],
    ['mufta_bridge_site_url', siteUrl],
    ['mufta_bridge_mode', 'production'],
    ['mufta_bridge_frequency', '60'],
    ['mufta_bridge_code', code],
    ['mufta_bridge_pair', 'x'],
  ])
  return new URL(page.location ?? '/', siteUrl).searchParams.get('mufta_bridge_outcome')
}

/** Settings of RetailCRM that fit what a site of the stand-in kernel has. */
export function crmSettings(crm: SimulatedRetailCrm) {
  return {
    url: crm.url,
    apiKey: crm.apiKey,
    pollSeconds: 1,
    requestsPerSecond: 1000,
    statuses: STATUSES,
    paymentTypes: { '1': 'cash', '2': 'bank-card', '3': 'cash' },
    deliveryTypes: { '1': 'self-delivery', '2': 'courier', '3': 'self-delivery' },
  }
}

function configuration(crm: SimulatedRetailCrm, port: number): ConfigInput {
  return {
    store: 'sqlite:./mufta.db',
    http: { host: '127.0.0.1', port },
    security: { allowHosts: ['127.0.0.1:*'] },
    connections: {
      [CONNECTION]: {
        site: { kind: 'bridge', pollSeconds: 0.3, sweepSeconds: 2 },
        connector: 'retailcrm',
        settings: crmSettings(crm),
      },
    },
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo
      probe.close(() => resolve(port))
    })
  })
}
