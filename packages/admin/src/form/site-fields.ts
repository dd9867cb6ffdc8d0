import type { SettingField } from '../api/types/connections.ts'
import type { MessageKey } from '../i18n/index.ts'

/** The roads to a shop as the page offers them. `rest` and `oauth` are both `site.kind: "rest"`. */
export const roads = ['rest', 'oauth', 'bridge'] as const
/** `other`: a kind that this page has no form for; it is kept as it is. */
export type Road = (typeof roads)[number] | 'other'

/** Steps of the short guide under each road. */
export const guides = {
  rest: ['site.rest.step1', 'site.rest.step2', 'site.rest.step3'],
  oauth: ['site.oauth.step1', 'site.oauth.step2', 'site.oauth.step3'],
  bridge: ['site.bridge.step1', 'site.bridge.step2', 'site.bridge.step3'],
  other: [],
} as const satisfies Record<Road, readonly MessageKey[]>

const applicationToken: SettingField = {
  path: 'applicationToken',
  kind: 'secret',
  title: { en: 'Application token of the outgoing webhook', ru: 'Токен приложения исходящего вебхука' },
  hint: {
    en: 'With it the portal’s events are accepted; without it changes are polled.',
    ru: 'С ним принимаются события портала; без него изменения опрашиваются.',
  },
  required: false,
}

const fields: Record<Road, readonly SettingField[]> = {
  rest: [
    {
      path: 'webhook',
      kind: 'secret',
      title: { en: 'Incoming webhook', ru: 'Входящий вебхук' },
      hint: {
        en: 'https://your-portal/rest/1/key/ — the whole address is a secret.',
        ru: 'https://ваш-портал/rest/1/ключ/ — весь адрес секретный.',
      },
      required: true,
    },
    applicationToken,
  ],
  oauth: [
    {
      path: 'oauth.portal',
      kind: 'url',
      title: { en: 'Address of the portal', ru: 'Адрес портала' },
      required: true,
    },
    {
      path: 'oauth.clientId',
      kind: 'text',
      title: { en: 'Application id (client_id)', ru: 'Код приложения (client_id)' },
      required: true,
    },
    {
      path: 'oauth.clientSecret',
      kind: 'secret',
      title: { en: 'Application key (client_secret)', ru: 'Ключ приложения (client_secret)' },
      required: true,
    },
    {
      path: 'oauth.refreshToken',
      kind: 'secret',
      title: { en: 'Refresh token', ru: 'Refresh-токен' },
      hint: {
        en: 'The first one; later ones are kept by themselves.',
        ru: 'Первый; дальше они обновляются сами.',
      },
      required: true,
    },
    applicationToken,
  ],
  bridge: [
    {
      path: 'endpoint',
      kind: 'url',
      title: { en: 'Address of the module on the site', ru: 'Адрес модуля на сайте' },
      hint: {
        en: 'Empty: the one that the site tells when it is paired.',
        ru: 'Пусто: тот, который сайт сообщит при связывании.',
      },
      required: false,
    },
  ],
  other: [],
}

export function siteFields(road: Road): readonly SettingField[] {
  return fields[road]
}

/** Which road the stored site takes. */
export function roadOf(site: Readonly<Record<string, unknown>>): Road {
  if (site['kind'] === 'rest') return 'oauth' in site ? 'oauth' : 'rest'
  return site['kind'] === 'bridge' ? 'bridge' : 'other'
}

export function kindOf(road: Exclude<Road, 'other'>): string {
  return road === 'oauth' ? 'rest' : road
}
