import { findProblems, parseSettings, secretsOf, type BudgetRegistry } from '@mufta/kit'
import type { ConnectionDefinition, FileConnection, NamedConnector, Workshop } from '@mufta/runtime'
import { builtInConnectors, loadConnector } from './connectors.ts'
import { openClient, openConnection, openShop, type Opened } from './open.ts'
import type { Prepared } from './prepare.ts'
import {
  connectionSchema,
  externalConfigSchema,
  siteConfigSchema,
  siteSchema,
  type ConnectionConfig,
  type SiteConfig,
} from './schema.ts'
import { SITE_SECRETS, siteSecrets } from './secrets.ts'

/** How connections of the store are put together: as those of the file, with connectors that are offered here alone. */
export function createWorkshop(
  opened: Opened & { readonly budgets: BudgetRegistry },
  prepared: readonly Prepared[],
  secrets: Set<string>,
): Workshop {
  const { loaded, budgets } = opened
  let offered: Promise<readonly NamedConnector[]> | null = null
  const known = <Config extends SiteConfig>(config: Config): Config => {
    for (const secret of siteSecrets(config.site)) secrets.add(secret)
    return config
  }
  return {
    siteSecrets: SITE_SECRETS,
    commonHosts: loaded.config.security.allowHosts,
    connectors: () => (offered ??= connectorsOf(loaded, prepared)),
    siteProblems: (site) => findProblems(siteSchema, site),
    openShop: (name, { site, security }) =>
      openShop(opened, name, known(siteConfigSchema.parse({ site, security }))),
    openClient: ({ mode, security }, connector, settings) => {
      for (const secret of secretsOf(settings)) secrets.add(secret)
      return openClient(opened, externalConfigSchema.parse({ mode, security }), connector, settings, budgets)
    },
    open: (name, definition, connector) => {
      const config = known(toConfig(definition))
      const settings = parseSettings(connector.settings, config.settings, `connections.${name}.settings`)
      return openConnection(opened, { name, config, connector, settings }, budgets)
    },
  }
}

/** The file's connections as the page shows them. */
export function fileConnections(prepared: readonly Prepared[]): readonly FileConnection[] {
  return prepared.map(({ name, config, connector }) => {
    const { pollSeconds, sweepSeconds, ...site } = config.site
    return {
      name,
      connector,
      definition: {
        connector: config.connector,
        mode: config.mode,
        site,
        settings: config.settings,
        schedule: { pollSeconds, sweepSeconds },
        security: config.security ?? { allowHosts: [] },
      },
    }
  })
}

function toConfig({
  connector,
  mode,
  site,
  settings,
  schedule,
  security,
}: ConnectionDefinition): ConnectionConfig {
  const times = Object.fromEntries(
    Object.entries(schedule).filter(([, seconds]) => typeof seconds === 'number'),
  )
  return connectionSchema.parse({
    site: { ...site, ...times },
    connector,
    mode,
    settings,
    security,
  })
}

/** One that cannot be loaded is not offered; whoever named it hears of it from its own command. */
async function connectorsOf(
  { config, folder }: Opened['loaded'],
  prepared: readonly Prepared[],
): Promise<readonly NamedConnector[]> {
  const inUse = prepared.map((each) => ({ name: each.config.connector, connector: each.connector }))
  const names = [...builtInConnectors, ...config.admin.connectors]
  const others = names.filter((name) => !inUse.some((each) => each.name === name))
  const loaded = await Promise.all(
    others.map(async (name) => ({ name, connector: await loadConnector(name, folder) })),
  )
  const all = new Map([...loaded, ...inUse].map((each) => [each.name, each]))
  return [...all.values()]
}
