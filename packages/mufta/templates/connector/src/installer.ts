import type { Installer } from '@mufta/kit'
import type { AcmeClient } from './client.ts'
import type { AcmeSettings } from './settings.ts'

/** Nothing to set up on Acme's side: changes are polled. A system with webhooks registers its address here. */
export const installer: Installer<AcmeClient, AcmeSettings> = {
  install: () => Promise.resolve([]),
  uninstall: () => Promise.resolve([]),
}
