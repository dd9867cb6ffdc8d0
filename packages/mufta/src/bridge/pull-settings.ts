import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ConfigError, Secret } from '@mufta/kit'
import type { SiteSettings } from '@mufta/bitrix'

/** What was written where. */
export interface Pulled {
  /** Paths of the settings that came from the site. */
  readonly settings: readonly string[]
  /** Variables of .env that hold its secrets. */
  readonly variables: readonly string[]
}

/**
 * Puts the settings typed on the site into a connection of mufta.config.json; secrets go to .env beside it and are
 * only named in the configuration. What was never typed on the site stays as it is.
 * @throws ConfigError `CONFIG_NOT_JSON`: a configuration that is code is its author's to change
 */
export function pullSettings(file: string, folder: string, connection: string, site: SiteSettings): Pulled {
  if (!file.endsWith('.json')) {
    throw new ConfigError(
      'CONFIG_NOT_JSON',
      'Only mufta.config.json can be written; in a configuration that is code, copy the settings by hand',
    )
  }
  const config = JSON.parse(readFileSync(file, 'utf8')) as RawConfig
  const target = config.connections[connection] as RawConnection
  const secrets = new Map<string, string>()
  const settings = withTyped(target.settings, site.values, (path, secret) => {
    const variable = variableOf(connection, path)
    secrets.set(variable, secret.reveal())
    return `\${${variable}}`
  })
  config.connections[connection] = { ...target, mode: site.mode, settings }
  // Secrets first: a configuration that names what is not there yet would not load.
  if (secrets.size > 0) writeSecrets(join(folder, '.env'), secrets)
  writeFileSync(file, `${JSON.stringify(config, null, 2)}\n`)
  return { settings: [...site.values.keys()], variables: [...secrets.keys()] }
}

/** Settings with what was typed on the site in its places; what was never typed stays. */
export function withTyped(
  settings: Tree | undefined,
  values: SiteSettings['values'],
  secretText: (path: string, secret: Secret) => string,
): Tree {
  const tree: Tree = { ...settings }
  for (const [path, value] of values)
    place(tree, path.split('.'), value instanceof Secret ? secretText(path, value) : value)
  return tree
}

interface RawConnection {
  readonly settings?: Tree
  readonly [name: string]: unknown
}

interface RawConfig {
  readonly connections: Record<string, RawConnection>
}

type Tree = Record<string, unknown>

function place(tree: Tree, [name = '', ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) {
    tree[name] = value
    return
  }
  const present = tree[name]
  const inner: Tree = typeof present === 'object' && present !== null ? { ...present } : {}
  tree[name] = inner
  place(inner, rest, value)
}

/** "shop-crm", "apiKey" → SHOP_CRM_API_KEY. */
function variableOf(connection: string, path: string): string {
  const words = `${connection}_${path}`.replace(/([a-z])([A-Z])/g, '$1_$2')
  return words
    .replace(/[^A-Za-z0-9]+/g, '_')
    .toUpperCase()
    .replace(/^(?=\d)/, '_')
}

function writeSecrets(file: string, secrets: ReadonlyMap<string, string>): void {
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : []
  const kept = lines.filter((line) => !secrets.has(/^\s*(?:export\s+)?(\w+)\s*=/.exec(line)?.[1] ?? ''))
  while (kept.at(-1) === '') kept.pop()
  const added = [...secrets].map(([name, value]) => `${name}=${quoted(name, value)}`)
  writeFileSync(file, `${[...kept, ...added].join('\n')}\n`, { mode: 0o600 })
}

/** The three kinds of quotes that .env knows; a value with all of them, or with a line end, does not fit into it. */
function quoted(name: string, value: string): string {
  if (/^[\w./:@+-]+$/.test(value)) return value
  const quote = ["'", '"', '`'].find((mark) => !value.includes(mark))
  const isPlain = !/[\r\n]/.test(value) && !(quote === '"' && value.includes('\\'))
  if (quote !== undefined && isPlain) return `${quote}${value}${quote}`
  throw new ConfigError(
    'CONFIG_SECRET_FORM',
    `The secret for ${name} cannot be written into .env; set it by hand`,
  )
}
