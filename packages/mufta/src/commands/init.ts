import { existsSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { ConfigError, findProblems, type Connector } from '@mufta/kit'
import { builtInConnectors, loadConnector } from '../config/connectors.ts'
import { dotEnv } from '../config/dot-env.ts'
import { parseConfig } from '../config/load.ts'
import { connectionName, type ConfigInput } from '../config/schema.ts'
import { createAsker, type Asker, type Prompts } from '../ui/ask.ts'
import { paint, type Screen } from '../ui/screen.ts'
import { check } from './check.ts'
import type { CommandContext, ExitCode } from './context.ts'
import { askSettings } from './init-settings.ts'
import { askSite } from './init-site.ts'

export interface InitOptions {
  readonly webhook?: string
  readonly applicationToken?: string
  /** The site is joined by our module inside it. */
  readonly bridge?: boolean
  readonly connector?: string
  readonly name?: string
  readonly set?: readonly string[]
  readonly allowHost?: readonly string[]
  readonly yes?: boolean
}

const CONFIG = 'mufta.config.json'

/**
 * `mufta init`: asks for the site and the external system, writes mufta.config.json (no secret in it) and .env, then
 * checks both sides live. Never overwrites; writes nothing unless everything is right.
 */
export async function init(
  context: CommandContext,
  options: InitOptions,
  prompts?: Prompts,
): Promise<ExitCode> {
  const { screen, cwd } = context
  for (const file of [CONFIG, '.env']) {
    if (!existsSync(resolve(cwd, file))) continue
    throw new ConfigError(
      'CONFIG_EXISTS',
      {
        en: `${file} is here already: edit it, or run init in an empty folder`,
        ru: `${file} уже есть: правьте его или запустите init в пустой папке`,
      },
      { facts: { file } },
    )
  }
  const ask = createAsker(screen, options.yes === true, prompts)
  const secrets = new Map<string, string>()
  const site = await askSite(ask, context, options, secrets)
  const { connectorName, connector } =
    options.connector === undefined
      ? await askConnector(ask, screen, cwd)
      : await named(options.connector, cwd)
  const name =
    options.name ?? (await ask.text(screen.t('Name of the connection', 'Имя соединения'), 'shop-crm', toName))
  const settings = await askSettings(ask, screen, connector, options.set ?? [], secrets)
  const config: ConfigInput = {
    store: 'sqlite:./data/mufta.db',
    http: { host: '127.0.0.1', port: 8080 },
    security: { allowHosts: [...(options.allowHost ?? [])] },
    connections: { [name]: { site, connector: connectorName, mode: 'production', settings } },
  }
  parseConfig(config, { ...context.env, ...Object.fromEntries(secrets) }, CONFIG)
  const env = dotEnv(secrets)
  write(resolve(cwd, CONFIG), `${JSON.stringify(config, null, 2)}\n`, 0o644)
  write(resolve(cwd, '.env'), env, 0o600)
  const { line, t } = screen
  line(
    paint.good(
      t(
        `Written: ${CONFIG} (no secret in it) and .env (keep it out of git)`,
        `Записано: ${CONFIG} (без секретов) и .env (не кладите в git)`,
      ),
    ),
  )
  const code = await check({ ...context, configFile: CONFIG }, undefined)
  line(site.kind === 'bridge' ? afterBridge(screen, connectorName, name) : afterRest(screen, code))
  return code
}

interface Chosen {
  readonly connectorName: string
  readonly connector: Connector
}

async function named(name: string, cwd: string): Promise<Chosen> {
  return { connectorName: name, connector: await loadConnector(name, cwd) }
}

function askConnector(ask: Asker, { t }: Screen, cwd: string): Promise<Chosen> {
  const known = builtInConnectors.join(', ')
  return ask.text(
    t(`External system (${known}, a package or a path)`, `Внешняя система (${known}, пакет или путь)`),
    builtInConnectors[0] ?? '',
    (answer) => named(answer.trim(), cwd),
  )
}

/** @throws ConfigError `CONFIG_BAD_OPTION` */
function toName(answer: string): string {
  const [problem] = findProblems(connectionName, answer.trim())
  if (problem === undefined) return answer.trim()
  throw new ConfigError('CONFIG_BAD_OPTION', problem.text)
}

function afterRest({ t }: Screen, code: ExitCode): string {
  if (code !== 0) {
    return t(
      `Next: cure what is marked ✖ in ${CONFIG}, then "mufta check" until it says "Ready to run"`,
      `Дальше: исправьте отмеченное ✖ в ${CONFIG}, затем «mufta check», пока не скажет «Можно запускать»`,
    )
  }
  return t(
    'Next: "mufta plan", then "mufta sync", then "mufta run"',
    'Дальше: «mufta plan», затем «mufta sync», затем «mufta run»',
  )
}

function afterBridge({ t }: Screen, connector: string, name: string): string {
  return t(
    `Next: "mufta bridge build --connector ${connector} --out module.zip", install it on the site, then "mufta run" and, beside it, "mufta bridge pair ${name}"`,
    `Дальше: «mufta bridge build --connector ${connector} --out module.zip», установите его на сайте, затем «mufta run» и рядом «mufta bridge pair ${name}»`,
  )
}

function write(path: string, body: string, mode: number): void {
  writeFileSync(path, body, { mode, flag: 'wx' })
}
