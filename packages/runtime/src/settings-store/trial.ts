import { createRedactor, type Connector, type Shop } from '@mufta/kit'
import { checkSides, type CheckReport } from './check-sides.ts'
import type { ConnectionDefinition } from './definition.ts'
import { invalid, type SecretValues } from './opener.ts'
import { definitionOf, type ConnectionRegistry } from './registry.ts'
import { takeSecrets, withSecrets } from './secret-fields.ts'

/** What is to be tried: all of it, one side, or what differs from the connection `name`. */
export interface TrialInput {
  readonly name?: string | undefined
  readonly site?: ConnectionDefinition['site'] | undefined
  readonly connector?: string | undefined
  readonly settings?: ConnectionDefinition['settings'] | undefined
  readonly mode?: ConnectionDefinition['mode'] | undefined
  readonly security?: ConnectionDefinition['security'] | undefined
}

/** Name under which a connection that has none yet keeps its tokens and limits. */
const NAMELESS = '~check'

/**
 * Checks settings before they are saved; what is not given comes from the connection of that name. Nothing is stored.
 * @throws SettingsError `CONNECTION_INVALID`, ConfigError
 */
export async function tryOut(
  registry: ConnectionRegistry,
  input: TrialInput,
  signal: AbortSignal,
): Promise<CheckReport> {
  const { definition, hasSite, connector, secrets } = await wholeOf(registry, input)
  const safe = createRedactor(secrets)
  const { workshop } = registry.options
  const name = input.name ?? NAMELESS
  let shop: Shop | null = null
  let client: unknown
  try {
    if (hasSite) {
      registry.opener.judgeSite(definition.site)
      shop = workshop.openShop(name, definition)
    }
    if (connector === null) return await checkSides({ shop, external: null }, signal, safe)
    const settings = registry.opener.judgeSettings(definition.settings, connector)
    client = workshop.openClient(definition, connector, settings)
    return await checkSides({ shop, external: { connector, client, settings } }, signal, safe)
  } finally {
    await shop?.close()
    if (client !== undefined) await connector?.close?.(client)
  }
}

interface Whole {
  /** With its secrets in place. */
  readonly definition: ConnectionDefinition
  readonly hasSite: boolean
  readonly connector: Connector | null
  readonly secrets: readonly string[]
}

async function wholeOf(registry: ConnectionRegistry, input: TrialInput): Promise<Whole> {
  const base = await baseOf(registry, input.name)
  const site = input.site ?? base?.definition.site
  const connectorName = input.connector ?? base?.definition.connector
  if (site === undefined && connectorName === undefined)
    throw invalid({
      site: {
        en: 'is missing: give a site, a connector or both',
        ru: 'не задано: нужен сайт, коннектор или оба',
      },
    })
  const connector = connectorName === undefined ? null : await registry.opener.connector(connectorName)
  const wanted: ConnectionDefinition = {
    connector: connectorName ?? '',
    mode: input.mode ?? base?.definition.mode ?? 'test',
    site: site ?? {},
    settings: input.settings ?? base?.definition.settings ?? {},
    schedule: base?.definition.schedule ?? {},
    security: input.security ?? base?.definition.security ?? { allowHosts: [] },
  }
  const paths =
    connector === null
      ? registry.options.workshop.siteSecrets.map((path) => `site.${path}`)
      : registry.opener.paths(connector)
  const { definition, edits } = takeSecrets(wanted, paths)
  const secrets = new Map(base?.secrets)
  for (const [path, secret] of edits) {
    if (secret === null) secrets.delete(path)
    else {
      secrets.set(path, secret)
      registry.options.onSecret?.(secret.reveal())
    }
  }
  return {
    definition: withSecrets(definition, secrets),
    hasSite: site !== undefined,
    connector,
    secrets: [...secrets.values()].map((secret) => secret.reveal()),
  }
}

/** The connection that the trial begins from, its secrets apart. */
async function baseOf(
  registry: ConnectionRegistry,
  name: string | undefined,
): Promise<{ readonly definition: ConnectionDefinition; readonly secrets: SecretValues } | null> {
  if (name === undefined) return null
  const file = registry.file(name)
  if (file !== undefined) {
    const taken = takeSecrets(file.definition, registry.opener.paths(file.connector))
    const secrets = new Map(
      [...taken.edits].flatMap(([path, secret]) => (secret === null ? [] : [[path, secret]])),
    )
    return { definition: taken.definition, secrets }
  }
  const row = await registry.options.store.admin.connection(name)
  return row === null ? null : { definition: definitionOf(row), secrets: await registry.secrets(name) }
}
