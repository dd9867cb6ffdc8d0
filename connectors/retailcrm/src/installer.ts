import type { Installer } from '@mufta/kit'
import type { RetailCrmClient } from './client.ts'
import type { RetailCrmSettings } from './settings.ts'

/**
 * RetailCRM needs nothing set up: changes are read from its history, so there is no hook to register and no field to
 * add. The key is tried, so that a wrong one shows here.
 */
export const installer: Installer<RetailCrmClient, RetailCrmSettings> = {
  async install({ client, signal }) {
    await client.credentials(signal === undefined ? {} : { signal })
    return [
      {
        en: 'RetailCRM: the API key works; nothing has to be set up there (changes are read from the order history)',
        ru: 'RetailCRM: ключ API работает; настраивать там ничего не нужно (изменения читаются из истории заказов)',
      },
    ]
  },
  uninstall() {
    return Promise.resolve([
      {
        en: 'RetailCRM: nothing was set up there; delete the API key in Settings → Integration → API keys',
        ru: 'RetailCRM: там ничего не настраивалось; удалите ключ в «Настройки → Интеграция → Ключи доступа к API»',
      },
    ])
  },
}
