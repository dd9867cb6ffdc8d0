import { existsSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { password, text } from '@clack/prompts'
import { ConfigError, describeSettings, type Connector, type SettingField } from '@mufta/kit'
import { builtInConnectors, loadConnector } from '../config/connectors.ts'
import type { ConfigInput } from '../config/schema.ts'
import { paint, type Screen } from '../ui/screen.ts'
import { check } from './check.ts'
import type { CommandContext, ExitCode } from './context.ts'

export interface InitOptions {
  readonly webhook?: string
  readonly connector?: string
  readonly name?: string
  readonly set?: readonly string[]
  readonly allowHost?: readonly string[]
  readonly yes?: boolean
}

/** Values that go to .env, by variable name. */
type Secrets = Map<string, string>

const CONFIG = 'mufta.config.json'

/**
 * `mufta init`: asks for the site and the external system, writes mufta.config.json (no secret in it) and .env, then
 * checks both sides live. Never overwrites.
 */
export async function init(context: CommandContext, options: InitOptions): Promise<ExitCode> {
  const { screen, cwd } = context
  for (const file of [CONFIG, '.env']) {
    if (existsSync(resolve(cwd, file))) {
      throw new ConfigError(
        'CONFIG_EXISTS',
        `${file} is here already: edit it, or run init in an empty folder`,
      )
    }
  }
  const ask = asker(screen, options.yes === true)
  guide(screen)
  const webhook =
    options.webhook ??
    (await ask.secret(screen.t('Inbound webhook of the site or portal', 'Входящий вебхук сайта или портала')))
  const connectorName =
    options.connector ??
    (await ask.text(
      screen.t(
        `External system (${builtInConnectors.join(', ')}, a package or a path)`,
        `Внешняя система (${builtInConnectors.join(', ')}, пакет или путь)`,
      ),
      builtInConnectors[0] ?? '',
    ))
  const name =
    options.name ?? (await ask.text(screen.t('Name of the connection', 'Имя соединения'), 'shop-crm'))
  const connector = await loadConnector(connectorName, cwd)
  const secrets: Secrets = new Map([['SITE_WEBHOOK', webhook]])
  const settings = await askSettings(ask, screen, connector, parsePairs(options.set ?? []), secrets)
  const config: ConfigInput = {
    store: 'sqlite:./data/mufta.db',
    http: { host: '127.0.0.1', port: 8080 },
    security: { allowHosts: [...(options.allowHost ?? [])] },
    connections: {
      [name]: {
        site: { kind: 'rest', webhook: '${SITE_WEBHOOK}' },
        connector: connectorName,
        mode: 'production',
        settings,
      },
    },
  }
  write(resolve(cwd, CONFIG), `${JSON.stringify(config, null, 2)}\n`, 0o644)
  write(resolve(cwd, '.env'), [...secrets].map(([key, value]) => `${key}=${quote(value)}\n`).join(''), 0o600)
  screen.line(
    paint.good(
      screen.t(
        `Written: ${CONFIG} (no secret in it) and .env (keep it out of git)`,
        `Записано: ${CONFIG} (без секретов) и .env (не кладите в git)`,
      ),
    ),
  )
  const code = await check(context, undefined)
  screen.line(
    screen.t(
      'Next: "mufta plan", then "mufta sync", then "mufta run"',
      'Дальше: «mufta plan», затем «mufta sync», затем «mufta run»',
    ),
  )
  return code
}

async function askSettings(
  ask: Asker,
  screen: Screen,
  connector: Connector,
  given: ReadonlyMap<string, unknown>,
  secrets: Secrets,
): Promise<Record<string, unknown>> {
  const settings: Record<string, unknown> = {}
  for (const field of describeSettings(connector.settings)) {
    const value = given.get(field.path) ?? (await askField(ask, screen, field))
    if (value === undefined || value === '') continue
    if (field.kind !== 'secret') settings[field.path] = value
    else {
      const variable = field.path.replace(/([a-z])([A-Z])/g, '$1_$2').toUpperCase()
      secrets.set(variable, String(value))
      settings[field.path] = `\${${variable}}`
    }
  }
  return settings
}

async function askField(ask: Asker, screen: Screen, field: SettingField): Promise<unknown> {
  const title = `${screen.t(field.title.en, field.title.ru)}${field.required ? '' : ` (${screen.t('may be left empty', 'можно оставить пустым')})`}`
  if (field.kind === 'secret') return ask.secret(title)
  if (field.kind === 'mapping') return undefined // filled in by hand, with what `check` says about each code
  if (!field.required) return undefined
  const answer = await ask.text(title, field.default === undefined ? '' : String(field.default))
  if (field.kind === 'number') return Number(answer)
  return field.kind === 'boolean' ? answer === 'true' : answer
}

function parsePairs(pairs: readonly string[]): ReadonlyMap<string, unknown> {
  return new Map(
    pairs.map((pair) => {
      const cut = pair.indexOf('=')
      if (cut < 1)
        throw new ConfigError(
          'CONFIG_BAD_PAIR',
          `--set needs key=value, not "${pair.slice(0, Math.max(0, cut))}"`,
        )
      return [pair.slice(0, cut), parseValue(pair.slice(cut + 1))]
    }),
  )
}

// {"N":"new"} for mappings; anything that is no JSON object is text.
function parseValue(value: string): unknown {
  if (!value.startsWith('{')) return value
  try {
    return JSON.parse(value) as unknown
  } catch (cause) {
    throw new ConfigError('CONFIG_BAD_PAIR', '--set: a mapping must be JSON such as {"N":"new"}', { cause })
  }
}

interface Asker {
  readonly text: (message: string, initial: string) => Promise<string>
  readonly secret: (message: string) => Promise<string>
}

function asker(screen: Screen, silent: boolean): Asker {
  const need = async (
    message: string,
    question: () => Promise<string | symbol | undefined>,
  ): Promise<string> => {
    if (silent || !screen.isTty)
      throw new ConfigError(
        'CONFIG_ANSWER_MISSING',
        `${message}: give it as an option (see "mufta init --help"), there is nobody to ask`,
      )
    const answer = await question()
    if (typeof answer !== 'string')
      throw new ConfigError('CONFIG_CANCELLED', 'Cancelled; nothing was written')
    return answer
  }
  return {
    text: (message, initial) =>
      silent && initial !== ''
        ? Promise.resolve(initial)
        : need(message, () => text({ message, initialValue: initial })),
    secret: (message) => need(message, () => password({ message })),
  }
}

function guide({ line, t }: Screen): void {
  line(
    t(
      'Where to find the webhook: in the portal, Applications → For developers → Other → Inbound webhook,',
      'Где взять вебхук: в портале «Разработчикам → Другое → Входящий вебхук»,',
    ),
  )
  line(
    t(
      'rights "sale" (Online store) and "crm" if there is one, made by an administrator.',
      'права «sale» (Интернет-магазин) и «crm», если он есть; создать должен администратор.',
    ),
  )
  line()
}

function write(path: string, body: string, mode: number): void {
  writeFileSync(path, body, { mode, flag: 'wx' })
}

function quote(value: string): string {
  return /^[\w./:@+-]*$/.test(value) ? value : `'${value.replaceAll("'", '')}'`
}
