import { PLACEHOLDER } from '../module-names.ts'
import { words, type Built, type Fault } from './built.ts'

/** MySQL's limit for names of tables and indexes. */
const MAX_SQL_NAME = 64

/** Names of texts, tables and options: complete in both languages, and no one else's. */
export function nameRules(built: Built): readonly Fault[] {
  if (built.names === null) return []
  return [...languageFaults(built, built.names.upper), ...foreignFaults(built), ...tableFaults(built)]
}

function languageFaults({ php }: Built, upper: string): Fault[] {
  const key = new RegExp(`^${upper}_[A-Z0-9_]+$`)
  const isLang = (path: string): boolean => path.startsWith('lang/')
  const used = new Map(
    php
      .filter(({ path }) => !isLang(path))
      .flatMap(({ path, code }) =>
        code
          .filter(({ kind, text }) => kind === 'string' && key.test(text))
          .map(({ text, line }) => [text, { file: path, line }] as const),
      ),
  )
  return (['ru', 'en'] as const).flatMap((lang) => {
    const texts = php.filter(({ path }) => path.startsWith(`lang/${lang}/`))
    const known = new Map(
      texts.flatMap(({ path, code }) =>
        code
          .filter(
            ({ kind, text }, at) => kind === 'string' && key.test(text) && code[at - 2]?.text === '$MESS',
          )
          .map(({ text, line }) => [text, { file: path, line }] as const),
      ),
    )
    return [
      ...[...used]
        .filter(([name]) => !known.has(name))
        .map(([name, place]) => ({
          rule: 'LANG_MISSING',
          ...place,
          message: words(`${name} has no text in ${lang}`, `у ${name} нет текста (${lang})`),
        })),
      ...[...known]
        .filter(([name]) => !used.has(name))
        .map(([name, place]) => ({
          rule: 'LANG_UNUSED',
          ...place,
          message: words(`${name} is used nowhere`, `${name} нигде не используется`),
        })),
    ]
  })
}

/** What the builder did not rename would be shared by two modules of one site. */
function foreignFaults({ files, names }: Built): Fault[] {
  if (names?.id === PLACEHOLDER.id) return []
  const left = /mufta[._:]bridge|mufta\\{1,2}bridge/i
  return [...files].flatMap(([path, content]) => {
    const lines = content.toString('utf8').split('\n')
    const at = lines.findIndex((line) => left.test(line))
    if (at < 0 && !left.test(path)) return []
    return [
      {
        rule: 'NAME_LEFT',
        file: path,
        line: at + 1,
        message: words('still holds a name of the template', 'осталось имя из шаблона'),
      },
    ]
  })
}

function tableFaults({ files, names }: Built): Fault[] {
  const scripts = [...files].filter(([path]) => path.endsWith('.sql'))
  return scripts.flatMap(([path, content]) =>
    content
      .toString('utf8')
      .split('\n')
      .flatMap((text, index) => {
        const place = { file: path, line: index + 1 }
        const table = /^\s*(?:CREATE|DROP|ALTER)\s+TABLE\s+(?:IF\s+(?:NOT\s+)?EXISTS\s+)?`?(\w+)/i.exec(
          text,
        )?.[1]
        const faults: Fault[] = []
        if (table !== undefined && !table.startsWith(`${names?.underscored}_`)) {
          faults.push({
            rule: 'SQL_TABLE',
            ...place,
            message: words(
              `${table} does not begin with the module's name`,
              `${table} начинается не с имени модуля`,
            ),
          })
        }
        const long = (text.match(/\w+/g) ?? []).find((word) => word.length > MAX_SQL_NAME)
        if (long !== undefined) {
          const message = words(
            `${long} is longer than ${MAX_SQL_NAME} letters: choose a shorter id`,
            `${long} длиннее ${MAX_SQL_NAME} знаков: возьмите id короче`,
          )
          faults.push({ rule: 'SQL_NAME_LONG', ...place, message })
        }
        return faults
      }),
  )
}
