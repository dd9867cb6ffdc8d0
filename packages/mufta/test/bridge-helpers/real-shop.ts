import type { TestContext } from 'node:test'
import { createBridgeShop } from '@mufta/bitrix'
import { startSimServer, type SimRequest, type SimServer } from '@mufta/testing'
import type { SuiteSite } from '@mufta/testing/shop'
import { BridgeCaller, KEY, pairWith } from './bridge-caller.ts'
import { siteHands } from './site-hands.ts'
import { clearShop, stockShop } from './shop-stock.ts'
import { Site } from './site.ts'

/** The module itself in a site of the stand-in kernel, served by PHP's own web server, and a shop over it. */
export class RealShop implements AsyncDisposable {
  readonly #site: Site
  readonly #line: SimServer

  private constructor(site: Site, line: SimServer) {
    this.#site = site
    this.#line = line
  }

  static async start(): Promise<RealShop> {
    const site = await Site.make()
    await stockShop(site)
    const { url } = await site.serve(4)
    const line = await startSimServer({
      handle: (request) => passOn(url, request),
      rateLimited: { status: 429, body: '' },
    })
    return new RealShop(site, line)
  }

  /** An empty shop that is paired anew. */
  async open(context: TestContext): Promise<SuiteSite> {
    this.#line.faults.rate = 0
    await clearShop(this.#site)
    await pairWith(this.#site, '', '')
    const warnings: Record<string, unknown>[] = []
    const shop = createBridgeShop({
      endpoint: this.#line.url + new BridgeCaller(this.#line.url, this.#site.id).target,
      keyId: KEY.id,
      secret: KEY.secret,
      allowHosts: ['127.0.0.1:*'],
      random: () => 0,
      log: { debug: () => {}, info: () => {}, warn: (facts) => warnings.push(facts), error: () => {} },
    })
    context.after(() => shop.close())
    return {
      shop,
      hands: siteHands(this.#site),
      warnings,
      requests: () => this.#line.stats.requests,
      loseAnswers: (isLosing) => {
        this.#line.faults.kinds = ['reset-after']
        this.#line.faults.rate = isLosing ? 1 : 0
      },
      revoke: async () => {
        await this.#site.eval(
          `use Mufta\\Bridge\\Credentials;
           use Mufta\\Bridge\\Settings;
           Settings::storeCredentials(new Credentials('another-key', '${'cd'.repeat(32)}'));
           return true;`,
        )
      },
      secrets: [KEY.secret],
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#line.close()
    await this.#site[Symbol.asyncDispose]()
  }
}

/** The line between us and the site: it counts requests and can lose answers. */
async function passOn(url: string, { method, path, query, headers, body }: SimRequest) {
  const own = Object.entries(headers).filter(
    (entry): entry is [string, string] =>
      /^(content-type|x-bridge-.*)$/.test(entry[0]) && entry[1] !== undefined,
  )
  const response = await fetch(`${url}${path}?${query}`, {
    method,
    headers: own,
    body: new Uint8Array(body),
    redirect: 'manual',
    signal: AbortSignal.timeout(30_000),
  })
  const contentType = response.headers.get('content-type') ?? ''
  return { status: response.status, contentType, body: await response.text() }
}
