import {
  ConfigError,
  describeSettings,
  findProblems,
  parseSettings,
  type Connector,
  type SettingField,
} from '@mufta/kit'
import type { Asker } from '../ui/ask.ts'
import type { Screen } from '../ui/screen.ts'

type Tree = { [name: string]: unknown }

/**
 * Settings of a connector from `--set` and from the person at the terminal; secrets go to `secrets` by variable name
 * and stand in the settings as `${NAME}`.
 * @throws ConfigError `CONFIG_BAD_PAIR`, `CONFIG_SETTING_UNKNOWN`, `SETTINGS_INVALID`
 */
export async function askSettings(
  ask: Asker,
  screen: Screen,
  connector: Connector,
  pairs: readonly string[],
  secrets: Map<string, string>,
): Promise<Tree> {
  const fields = describeSettings(connector.settings)
  const given = readPairs(pairs, fields)
  const shown: Tree = {}
  const real: Tree = {}
  for (const field of fields) {
    const value = given.get(field.path) ?? (await askField(ask, screen, connector, field))
    if (value === undefined || value === '') continue
    put(real, field.path, value)
    if (field.kind !== 'secret') {
      put(shown, field.path, value)
      continue
    }
    const variable = variableName(field.path)
    secrets.set(variable, value as string) // `typed` and `ask` give text for this kind
    put(shown, field.path, `\${${variable}}`)
  }
  parseSettings(connector.settings, real, 'settings')
  return shown
}

async function askField(
  ask: Asker,
  { t }: Screen,
  { settings }: Connector,
  field: SettingField,
): Promise<unknown> {
  if (!field.required) return undefined // its default holds; `check` says which codes a mapping lacks
  const title = t(field.title.en, field.title.ru)
  const read = (answer: string): unknown => {
    const value = typed(field, answer)
    const tree: Tree = {}
    put(tree, field.path, value)
    const problem = findProblems(settings, tree).find(({ path }) => isWithin(path, field.path))
    if (problem === undefined) return value
    throw new ConfigError('SETTINGS_INVALID', problem.text, { facts: { field: field.path } })
  }
  return field.kind === 'secret' ? ask.secret(title, read) : ask.text(title, '', read)
}

function isWithin(path: string, field: string): boolean {
  return path === field || path.startsWith(`${field}.`)
}

function readPairs(pairs: readonly string[], fields: readonly SettingField[]): ReadonlyMap<string, unknown> {
  return new Map(
    pairs.map((pair) => {
      const cut = pair.indexOf('=')
      // Never quoted as a whole: what stands behind a missing "=" may be a secret.
      if (cut < 1)
        throw new ConfigError('CONFIG_BAD_PAIR', {
          en: '--set needs key=value, e.g. --set url=https://demo.example',
          ru: '--set: нужно ключ=значение, например --set url=https://demo.example',
        })
      const name = pair.slice(0, cut)
      const field = fields.find(({ path }) => path === name)
      if (field !== undefined) return [name, typed(field, pair.slice(cut + 1))]
      const known = fields.map(({ path }) => path).join(', ')
      throw new ConfigError(
        'CONFIG_SETTING_UNKNOWN',
        {
          en: `--set: the connector has no setting "${name}"; it has: ${known}`,
          ru: `--set: у коннектора нет настройки «${name}»; есть: ${known}`,
        },
        { facts: { name, known } },
      )
    }),
  )
}

/** Text as the field's kind wants it; what does not fit is left for the settings' own validation to refuse. */
function typed({ kind, path }: SettingField, text: string): unknown {
  switch (kind) {
    case 'number':
      return text.trim() === '' ? text : Number(text)
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : text
    case 'mapping':
    case 'json':
      return parseJson(path, text)
    case 'list':
      return text.startsWith('[') ? parseJson(path, text) : text.split(',').map((item) => item.trim())
    case 'text':
    case 'secret':
    case 'url':
    case 'choice':
      return text
  }
}

function parseJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    // Without the cause: its text quotes the value.
    throw new ConfigError(
      'CONFIG_BAD_PAIR',
      {
        en: `--set ${path}: it must be JSON such as {"N":"new"}`,
        ru: `--set ${path}: нужен JSON, например {"N":"new"}`,
      },
      {
        facts: { field: path },
      },
    )
  }
}

function put(tree: Tree, path: string, value: unknown): void {
  const names = path.split('.')
  const last = names.pop() as string
  let place = tree
  for (const name of names) place = (place[name] ??= {}) as Tree
  place[last] = value
}

function variableName(path: string): string {
  return path
    .replaceAll('.', '_')
    .replaceAll(/([a-z])([A-Z])/g, '$1_$2')
    .replaceAll(/\W/g, '_')
    .toUpperCase()
}
