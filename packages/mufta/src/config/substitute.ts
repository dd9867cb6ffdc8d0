import { ConfigError } from '@mufta/kit'

/** Replaces `${NAME}` in every text of a JSON value. @throws ConfigError `CONFIG_VARIABLE_MISSING` naming all missing ones */
export function substitute(value: unknown, env: Readonly<Record<string, string | undefined>>): unknown {
  const missing = new Set<string>()
  const result = walk(value, (text) =>
    text.replace(/\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g, (_whole, name: string) => {
      const found = env[name]
      if (found === undefined) missing.add(name)
      return found ?? ''
    }),
  )
  if (missing.size === 0) return result
  const names = [...missing].join(', ')
  throw new ConfigError(
    'CONFIG_VARIABLE_MISSING',
    {
      en: `The configuration needs ${names}: set it in the environment or in .env beside the file`,
      ru: `Настройкам нужно ${names}: задайте в окружении или в .env рядом с файлом`,
    },
    { facts: { names } },
  )
}

function walk(value: unknown, replace: (text: string) => string): unknown {
  if (typeof value === 'string') return replace(value)
  if (Array.isArray(value)) return value.map((item) => walk(item, replace))
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype)
    return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, walk(item, replace)]))
}
