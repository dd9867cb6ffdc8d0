import type { ApiDeps } from '../deps.ts'
import { ApiError } from '../errors.ts'
import { route, type Route } from '../route.ts'
import { connectionParam } from '../schemas/common.ts'
import * as schema from '../schemas/pairing.ts'
import type { SitePairing } from '../../settings-store/site-pairing.ts'

export function pairingRoutes({ pairing, runtime, audit }: ApiDeps): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/connections/{name}/pairing',
      summary: 'The site that a connection over the site’s module is paired with',
      role: 'viewer',
      params: connectionParam,
      answer: schema.pairing,
      handle: async ({ params }) => ({ paired: await offered(pairing).find(params.name) }),
    }),
    route({
      method: 'POST',
      path: '/connections/{name}/pairing',
      summary: 'A one-time code for the module’s settings page; an earlier one is worth nothing from then on',
      role: 'admin',
      params: connectionParam,
      answer: schema.invitation,
      handle: async ({ who, params: { name } }) => {
        const invitation = await offered(pairing).start(name, runtime.url)
        // Without the code: whoever reads the audit must not be able to pair.
        const after = { until: new Date(invitation.until).toISOString() }
        await audit({ who: who.login, action: 'bridge.code', target: name, after })
        return invitation
      },
    }),
  ]
}

function offered(pairing: SitePairing | null): SitePairing {
  if (pairing !== null) return pairing
  throw new ApiError(404, 'NOT_FOUND', 'This Mufta pairs no sites')
}
