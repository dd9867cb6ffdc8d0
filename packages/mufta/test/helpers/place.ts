import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import {
  startPortal,
  startRetailCrm,
  type PortalOptions,
  type RetailCrmOptions,
  type SimulatedPortal,
  type SimulatedRetailCrm,
} from '@mufta/testing'
import { generateKey } from '@mufta/runtime'
import type { ConfigInput } from '../../src/config/schema.ts'
import { DEMO_SETTINGS } from '../../src/demo/systems.ts'
import { tempFolder } from './cli.ts'

type Site = ConfigInput['connections'][string]['site']

export const NAME = 'shop-crm'

export interface Place {
  readonly folder: string
  readonly portal: SimulatedPortal
  readonly crm: SimulatedRetailCrm
  /** Writes the configuration again, with other settings, other top values or another site. */
  readonly configure: (change?: {
    readonly settings?: Readonly<Record<string, unknown>>
    readonly top?: Partial<ConfigInput>
    readonly site?: Site
  }) => void
}

/** Both simulated systems in this process and a folder with a configuration for them. */
export async function startPlace(
  t: TestContext,
  options: { readonly portal?: PortalOptions; readonly crm?: RetailCrmOptions } = {},
): Promise<Place> {
  const folder = tempFolder(t)
  const portal = await startPortal({ limits: false, ...options.portal })
  const crm = await startRetailCrm({ requestsPerSecond: 0, ...options.crm })
  t.after(async () => {
    await portal.close()
    await crm.close()
  })
  const configure: Place['configure'] = ({ settings = {}, top = {}, site = webhookSite(portal) } = {}) => {
    const config: ConfigInput = {
      store: 'sqlite:./data/mufta.db',
      http: { host: '127.0.0.1', port: 0 },
      security: { allowHosts: ['127.0.0.1:*'] },
      ...top,
      connections: {
        [NAME]: { site, connector: 'retailcrm', settings: { ...settingsFor(crm), ...settings } },
      },
    }
    writeFileSync(join(folder, 'mufta.config.json'), JSON.stringify(config))
  }
  writeFileSync(join(folder, '.env'), `MUFTA_KEYS=${generateKey('k1').reveal()}\n`)
  configure()
  return { folder, portal, crm, configure }
}

/** Its tokens rotate, so the folder needs a key to seal them. */
export function applicationSite({
  url,
  app,
  applicationToken,
}: SimulatedPortal): Extract<Site, { kind: 'rest' }> {
  const { clientId, clientSecret, refreshToken, tokenUrl } = app
  const authServer = new URL(tokenUrl).origin
  return {
    kind: 'rest',
    applicationToken,
    oauth: { portal: url, clientId, clientSecret, refreshToken, authServer },
  }
}

function webhookSite({ webhook, applicationToken }: SimulatedPortal): Site {
  return {
    kind: 'rest',
    webhook,
    applicationToken,
    pollSeconds: 0.5,
    limits: { perSecond: 1000, burst: 1000 },
  }
}

function settingsFor(crm: SimulatedRetailCrm): Readonly<Record<string, unknown>> {
  return { url: crm.url, apiKey: crm.apiKey, pollSeconds: 1, requestsPerSecond: 1000, ...DEMO_SETTINGS }
}
