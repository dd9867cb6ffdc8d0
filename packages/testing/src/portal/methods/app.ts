import { EVENT_SCOPES } from '../event-hub.ts'
import { single, type Methods } from '../method.ts'
import { Refusal } from '../refusal.ts'
import { text, upperKeys } from '../rows.ts'

/** What is always there: who am I, what may I do. */
export const appMethods: Methods = {
  'app.info': {
    scope: '',
    run: ({ caller }) =>
      single(
        caller.clientId === undefined
          ? // For a webhook: what SDK users report, not documented.
            { SCOPE: caller.scopes, LICENSE: 'ru_selfhosted' }
          : {
              ID: 1,
              CODE: caller.clientId,
              VERSION: 1,
              STATUS: 'L',
              INSTALLED: true,
              PAYMENT_EXPIRED: 'N',
              DAYS: null,
              LANGUAGE_ID: 'ru',
              LICENSE: 'ru_selfhosted',
              LICENSE_TYPE: 'selfhosted',
              LICENSE_FAMILY: 'selfhosted',
            },
      ),
  },
  methods: {
    scope: '',
    run: ({ shop, caller }) => {
      const names = [...shop.methods()]
        .filter(([, method]) => method.scope === '' || caller.scopes.includes(method.scope))
        .map(([name]) => name)
      return { result: names, rows: 1 }
    },
  },
  'method.get': {
    scope: '',
    run: ({ shop, caller, params }) => {
      const method = shop.methods().get(text(params['name']).toLowerCase())
      const isAvailable =
        method !== undefined && (method.scope === '' || caller.scopes.includes(method.scope))
      return single({ isExisting: method !== undefined, isAvailable })
    },
  },
  scope: { scope: '', run: ({ caller }) => single(caller.scopes) },
  'server.time': { scope: '', run: ({ now }) => single(now) },
  'feature.get': {
    scope: '',
    run: ({ params, shop }) => {
      const { CODE } = upperKeys(params)
      const isOn = text(CODE) === 'rest_offline_extended' ? shop.offlineExtended : true
      return single({ value: isOn ? 'Y' : 'N' })
    },
  },
  'user.current': {
    scope: 'user',
    run: ({ now }) =>
      single({
        ID: '1',
        ACTIVE: true,
        NAME: 'Администратор',
        LAST_NAME: 'Портала',
        EMAIL: 'admin@portal.example',
        LAST_LOGIN: now,
        IS_ONLINE: 'Y',
        UF_DEPARTMENT: [1],
      }),
  },
  profile: {
    scope: '',
    run: () =>
      single({ ID: '1', ADMIN: true, NAME: 'Администратор', LAST_NAME: 'Портала', PERSONAL_GENDER: '' }),
  },
  events: {
    scope: '',
    app: true,
    run: ({ caller, params }) => {
      const { SCOPE, FULL } = upperKeys(params)
      const wanted = text(SCOPE) === '' ? ['', ...caller.scopes] : [text(SCOPE)]
      const names = Object.entries(EVENT_SCOPES)
        .filter(([, scope]) => text(FULL) === '1' || text(FULL) === 'true' || wanted.includes(scope))
        .map(([name]) => name)
      return { result: names, rows: 1 }
    },
  },
}

export function licenceRefusal(feature: string): Refusal {
  return new Refusal(403, 'ACCESS_DENIED', `Your plan does not include ${feature}`)
}
