import { createRedactor, secretsOf, type Redactor } from '@mufta/kit'
import type { Prepared } from './prepare.ts'
import type { Config, ConnectionConfig } from './schema.ts'

/** Everything that may never be printed: of all sites, prepared or not, and of the settings read so far. */
export function allSecrets(config: Config, prepared: readonly Prepared[]): readonly string[] {
  return [
    ...Object.values(config.connections).flatMap(({ site }) => siteSecrets(site)),
    ...prepared.flatMap(({ settings }) => secretsOf(settings)),
  ]
}

/** Paths of the secrets inside a site. */
export const SITE_SECRETS = [
  'webhook',
  'applicationToken',
  'oauth.clientSecret',
  'oauth.refreshToken',
  'secret',
] as const

/** A redactor for secrets that become known while it works. */
export function growingRedactor(secrets: ReadonlySet<string>): Redactor {
  let size = -1
  let redact: Redactor = (text) => text
  return (text) => {
    if (size !== secrets.size) redact = createRedactor([...secrets])
    size = secrets.size
    return redact(text)
  }
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
