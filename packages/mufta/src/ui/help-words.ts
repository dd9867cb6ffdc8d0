import type { Lang } from './screen.ts'

/** What commander itself says, in the user's language. */
export function helpWords(text: string, lang: Lang): string {
  if (lang === 'en') return text
  return RUSSIAN.reduce((said, [pattern, words]) => said.replace(pattern, words), text)
}

const RUSSIAN: readonly (readonly [RegExp, string])[] = [
  [/^Usage:/, 'Вызов:'],
  [/^Arguments:/, 'Аргументы:'],
  [/^Options:/, 'Параметры:'],
  [/^Commands:/, 'Команды:'],
  [/\(default: /, '(по умолчанию: '],
  [/\(choices: /, '(варианты: '],
  [/^error: unknown command '(.+)'/m, 'ошибка: нет команды «$1»'],
  [/^error: unknown option '(.+)'/m, 'ошибка: нет параметра «$1»'],
  [/^error: missing required argument '(.+)'/m, 'ошибка: не хватает аргумента «$1»'],
  [/^error: required option '(.+)' not specified/m, 'ошибка: нужен параметр «$1»'],
  [/^error: option '(.+)' argument missing/m, 'ошибка: у параметра «$1» нет значения'],
  [/^error: option '(.+)' argument '(.*)' is invalid\./m, 'ошибка: у параметра «$1» неверное значение «$2».'],
  [
    /^error: command-argument value '(.*)' is invalid for argument '(.+)'\./m,
    'ошибка: «$1» не подходит для «$2».',
  ],
  [/^error: too many arguments.*$/m, 'ошибка: лишние аргументы'],
  [/Allowed choices are (.+)\./, 'Допустимо: $1.'],
  [/\(Did you mean (?:one of )?(.+)\?\)/, '(может быть, $1?)'],
]
