import { ConfigError } from '@mufta/kit'

/** Text of a .env file. @throws ConfigError `CONFIG_BAD_SECRET` for a value that no .env can hold */
export function dotEnv(values: ReadonlyMap<string, string>): string {
  return [...values].map(([name, value]) => `${name}=${quoted(name, value)}\n`).join('')
}

function quoted(name: string, value: string): string {
  if (/^[\w./:@+-]*$/.test(value)) return value
  // node's parseEnv knows no escape of a quote inside the same quotes; "\n" in double ones would become a line break.
  const quote = ["'", '`', '"'].find(
    (mark) => !value.includes(mark) && !(mark === '"' && value.includes('\\')),
  )
  if (quote !== undefined) return `${quote}${value}${quote}`
  throw new ConfigError(
    'CONFIG_BAD_SECRET',
    {
      en: `${name} holds all three kinds of quotes: put it into the environment by other means`,
      ru: `В ${name} есть все три вида кавычек: передайте его через окружение иначе`,
    },
    { facts: { name } },
  )
}
