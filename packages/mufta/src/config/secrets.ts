import { secretsOf } from '@mufta/kit'
import type { Prepared } from './prepare.ts'
import type { Config, ConnectionConfig } from './schema.ts'

/** Everything that may never be printed: of all sites, prepared or not, and of the settings read so far. */
export function allSecrets(config: Config, prepared: readonly Prepared[]): readonly string[] {
  return [
    ...Object.values(config.connections).flatMap(({ site }) => siteSecrets(site)),
    ...prepared.flatMap(({ settings }) => secretsOf(settings)),
  ]
}

/** An inbound webhook has its secret in the path: the whole address and that part alone are secret. */
export function siteSecrets(site: ConnectionConfig['site']): readonly string[] {
  if (site.kind === 'bridge') return site.secret === undefined ? [] : [site.secret]
  const { webhook, applicationToken, oauth } = site
  const pathSecret = webhook === undefined ? undefined : /\/rest\/\d+\/([^/]+)/.exec(webhook)?.[1]
  return [webhook, pathSecret, applicationToken, oauth?.clientSecret, oauth?.refreshToken].filter(
    (value) => value !== undefined,
  )
}
