import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseEnv } from 'node:util'
import { ConfigError, findProblems, Secret, type Language, type Title } from '@mufta/kit'
import { configSchema, type Config, type ConfigInput } from './schema.ts'
import { substitute } from './substitute.ts'

export interface LoadedConfig {
  readonly config: Config
  /** Absolute; relative paths of the file are meant from its folder. */
  readonly file: string
  readonly folder: string
  /** MUFTA_KEYS of the environment or `.env`: the keys of the vault. */
  readonly keys: Secret | null
}

const NAMES = ['mufta.config.ts', 'mufta.config.js', 'mufta.config.json'] as const

/** Gives `mufta.config.ts` its types. */
export function defineConfig(config: ConfigInput): ConfigInput {
  return config
}

/**
 * Reads the configuration from `file`, or from mufta.config.ts / .js / .json in `folder`. `${NAME}` is taken from
 * the environment, then from `.env` beside the file.
 * @throws ConfigError `CONFIG_NOT_FOUND`, `CONFIG_NOT_READABLE`, `CONFIG_VARIABLE_MISSING`, `CONFIG_INVALID`
 */
export async function loadConfig(
  folder: string,
  env: Readonly<Record<string, string | undefined>>,
  file?: string,
): Promise<LoadedConfig> {
  const path = file === undefined ? findConfig(folder) : resolve(folder, file)
  const home = dirname(path)
  const raw = await readConfig(path)
  const variables = { ...readDotEnv(home), ...env }
  const config = parseConfig(raw, variables, path)
  const keys = variables['MUFTA_KEYS'] ?? ''
  return { config, file: path, folder: home, keys: keys === '' ? null : new Secret(keys) }
}

/** A configuration as it stands in `file`. @throws ConfigError `CONFIG_VARIABLE_MISSING`, `CONFIG_INVALID` */
export function parseConfig(
  raw: unknown,
  variables: Readonly<Record<string, string | undefined>>,
  file: string,
): Config {
  const whole = substitute(raw, variables)
  const parsed = configSchema.safeParse(whole)
  if (parsed.success) return parsed.data
  const problems = findProblems(configSchema, whole)
  const told = (language: Language): string =>
    problems
      .map(
        ({ path, text }) => `  ${path || (language === 'ru' ? '(весь файл)' : '(top)')}: ${text[language]}`,
      )
      .join('\n')
  throw new ConfigError(
    'CONFIG_INVALID',
    { en: `${file} is not right:\n${told('en')}`, ru: `В ${file} ошибки:\n${told('ru')}` },
    { facts: { file } },
  )
}

function findConfig(folder: string): string {
  const name = NAMES.find((candidate) => existsSync(resolve(folder, candidate)))
  if (name !== undefined) return resolve(folder, name)
  throw new ConfigError(
    'CONFIG_NOT_FOUND',
    {
      en: `No ${NAMES.join(', ')} in ${folder}: make one with "mufta init", or name one with --config`,
      ru: `В ${folder} нет mufta.config.ts, .js или .json: создайте его командой «mufta init» или укажите --config`,
    },
    { facts: { folder } },
  )
}

async function readConfig(path: string): Promise<unknown> {
  try {
    if (path.endsWith('.json')) return JSON.parse(readFileSync(path, 'utf8')) as unknown
    const module = (await import(pathToFileURL(path).href)) as { default?: unknown }
    return module.default
  } catch (cause) {
    const why = whyNotReadable(path, cause)
    const message = { en: `${path}: ${why.en}`, ru: `${path} не читается: ${why.ru}` }
    throw new ConfigError('CONFIG_NOT_READABLE', message, { facts: { file: path }, cause })
  }
}

/** The engine's own text quotes the file around the mistake, and there may be a secret: only the place is told. */
function whyNotReadable(path: string, cause: unknown): Title {
  if (!(cause instanceof SyntaxError)) return { en: 'it cannot be read', ru: 'файл не открывается' }
  if (!path.endsWith('.json')) {
    const command = `node --check ${basename(path)}`
    return {
      en: `it is not valid code; "${command}" says where`,
      ru: `это не верный код; где ошибка, скажет «${command}»`,
    }
  }
  const [, line, column] = /\(line (\d+) column (\d+)\)/.exec(cause.message) ?? []
  if (line === undefined) return { en: 'it is not valid JSON', ru: 'это не верный JSON' }
  return {
    en: `it is not valid JSON (line ${line} column ${column})`,
    ru: `это не верный JSON (строка ${line}, столбец ${column})`,
  }
}

function readDotEnv(folder: string): Record<string, string | undefined> {
  const path = resolve(folder, '.env')
  return existsSync(path) ? parseEnv(readFileSync(path, 'utf8')) : {}
}
