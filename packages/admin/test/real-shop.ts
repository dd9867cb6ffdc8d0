import { samplePassword } from '../dev/mock/state.ts'
import { signInBy, type Caller } from './api-caller.ts'
import { connection, startRealMufta, type RealMufta, type RealMuftaOptions } from './real-mufta.ts'

/** A real Mufta at work: one connection of the store that hears the portal's events, and a user of each role. */
export interface RealShop extends RealMufta {
  readonly admin: Caller
}

const settings = {
  statuses: { N: 'new', A: 'assembling', P: 'prepayed', S: 'delivering', F: 'complete', D: 'cancel-other' },
  paymentTypes: { '1': 'cash', '2': 'bank-card', '3': 'bank-transfer' },
  deliveryTypes: { '1': 'self-delivery', '2': 'courier', '3': 'self-delivery', '4': 'courier' },
}

export async function startRealShop(options: RealMuftaOptions = {}): Promise<RealShop> {
  const mufta = await startRealMufta(options)
  try {
    const token = new URLSearchParams(mufta.firstLink.split('?')[1]).get('token')
    const admin = await signInBy(mufta.url, '/session/first', {
      token,
      login: 'admin',
      password: samplePassword,
    })
    for (const role of ['operator', 'viewer'])
      await admin.ask('POST', '/users', { login: role, role, password: samplePassword })
    const { portal, crm } = mufta
    await admin.ask('POST', '/connections', {
      name: connection,
      connector: 'retailcrm',
      mode: 'production',
      site: { kind: 'rest', webhook: portal.webhook, applicationToken: portal.applicationToken },
      settings: { url: crm.url, apiKey: crm.apiKey, pollSeconds: 1, ...settings },
      // Only events tell of changes: what they lose stays to be planned and loaded.
      schedule: { pollSeconds: 3_600, sweepSeconds: 3_600 },
    })
    portal.setOutgoingWebhook({ url: `${mufta.url}/hooks/${connection}/site` })
    return { ...mufta, admin }
  } catch (error) {
    await mufta[Symbol.asyncDispose]()
    throw error
  }
}

/** Waits until it is so. @throws Error with `what` after 20 s */
export async function until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + 20_000
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error(`In vain: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
