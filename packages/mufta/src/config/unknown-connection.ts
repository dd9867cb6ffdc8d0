import { ConfigError } from '@mufta/kit'

/** Nobody knows this name; `all` are the names that were looked through. */
export function unknownConnection(name: string, all: readonly string[]): ConfigError {
  const known = all.join(', ')
  return new ConfigError(
    'CONNECTION_UNKNOWN',
    {
      en: `There is no connection "${name}", neither in the configuration nor made on the page; known: ${known}`,
      ru: `Соединения «${name}» нет ни в настройках, ни на странице; есть: ${known || 'ни одного'}`,
    },
    { facts: { name, known } },
  )
}
