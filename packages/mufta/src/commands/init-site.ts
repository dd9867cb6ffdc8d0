import { ConfigError } from '@mufta/kit'
import { generateKey } from '@mufta/runtime'
import type { ConfigInput } from '../config/schema.ts'
import type { Asker } from '../ui/ask.ts'
import type { Screen } from '../ui/screen.ts'
import type { CommandContext } from './context.ts'
import type { InitOptions } from './init.ts'

type Site = ConfigInput['connections'][string]['site']
type Given = Pick<InitOptions, 'webhook' | 'applicationToken' | 'bridge'>

/**
 * The site from the options and from the person at the terminal; secrets go to `secrets` by variable name.
 * @throws ConfigError `CONFIG_BAD_OPTION`, `CONFIG_BAD_WEBHOOK`
 */
export async function askSite(
  ask: Asker,
  { screen, env }: CommandContext,
  given: Given,
  secrets: Map<string, string>,
): Promise<Site> {
  if (given.bridge === true && given.webhook !== undefined)
    throw new ConfigError('CONFIG_BAD_OPTION', {
      en: '--bridge and --webhook are two roads: give one',
      ru: '--bridge и --webhook — разные способы: укажите один',
    })
  if (await isByBridge(ask, screen, given)) {
    // The key of the site comes by the pairing and is kept sealed.
    if ((env['MUFTA_KEYS'] ?? '') === '') secrets.set('MUFTA_KEYS', generateKey('k1').reveal())
    return { kind: 'bridge' }
  }
  if (given.webhook === undefined) guide(screen)
  return askRest(ask, screen, given, secrets)
}

async function isByBridge(ask: Asker, { t }: Screen, { bridge, webhook }: Given): Promise<boolean> {
  if (bridge === true || webhook !== undefined) return bridge === true
  return ask.text(
    t(
      'How the site is reached: "webhook", or "bridge" (our module inside a 1C-Bitrix site)',
      'Как подключаться к сайту: «webhook» или «bridge» (наш модуль внутри сайта на 1С-Битрикс)',
    ),
    'webhook',
    (answer) => {
      if (/^(webhook|bridge)$/.test(answer.trim())) return answer.trim() === 'bridge'
      throw new ConfigError('CONFIG_BAD_OPTION', {
        en: 'Answer "webhook" or "bridge"',
        ru: 'Ответьте «webhook» или «bridge»',
      })
    },
  )
}

async function askRest(
  ask: Asker,
  { t }: Screen,
  { webhook: given, applicationToken }: Given,
  secrets: Map<string, string>,
): Promise<Site> {
  const webhook =
    given === undefined
      ? await ask.secret(
          t('Inbound webhook of the site or portal', 'Входящий вебхук сайта или портала'),
          toWebhook,
        )
      : toWebhook(given)
  secrets.set('SITE_WEBHOOK', webhook)
  if (applicationToken !== undefined) secrets.set('SITE_TOKEN', applicationToken)
  return {
    kind: 'rest',
    webhook: '${SITE_WEBHOOK}',
    ...(applicationToken === undefined ? {} : { applicationToken: '${SITE_TOKEN}' }),
  }
}

/** @throws ConfigError `CONFIG_BAD_WEBHOOK` */
function toWebhook(answer: string): string {
  const webhook = answer.trim()
  if (!/^https?:\/\/[^/]+\/rest\/\d+\/[^/]+\/?$/.test(webhook)) {
    throw new ConfigError('CONFIG_BAD_WEBHOOK', {
      en: 'The inbound webhook must look like https://portal.example/rest/1/secret/: copy the whole address',
      ru: 'Входящий вебхук должен выглядеть как https://portal.example/rest/1/secret/: скопируйте адрес целиком',
    })
  }
  return webhook
}

function guide({ line, t }: Screen): void {
  line(
    t(
      'Where to find the webhook: in the portal, Developer resources → Other → Inbound webhook,',
      'Где взять вебхук: в портале «Разработчикам → Другое → Входящий вебхук»,',
    ),
  )
  line(
    t(
      'rights "sale" (Online store), "pay_system" and, to map stores, "catalog"; made by an administrator.',
      'права «sale» (Интернет-магазин), «pay_system» и, чтобы сопоставить склады, «catalog»; создать должен администратор.',
    ),
  )
  line()
}
