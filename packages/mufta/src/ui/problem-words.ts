/** What is wrong with a configuration or with settings, in Russian: the schema checker speaks English alone. */
export function problemsInRussian(text: string): string {
  return RUSSIAN.reduce((told, [english, russian]) => told.replaceAll(english, russian), text).replaceAll(
    /(?<=(?:нужно|стоит) )(?:string|number|boolean|object|record|array|null|undefined)\b/g,
    (type) => TYPES[type] ?? type,
  )
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'текст',
  number: 'число',
  boolean: 'true или false',
  object: 'объект { … }',
  record: 'объект { … }',
  array: 'список [ … ]',
  null: 'null',
  undefined: 'ничего',
}

const RUSSIAN: readonly (readonly [RegExp, string])[] = [
  // Zod's own, as load.ts hands them on
  [/Unrecognized keys?: (.+)/g, 'неизвестный ключ: $1; уберите или исправьте имя'],
  [/Invalid input: expected (\w+), received (\w+)/g, 'нужно $1, а стоит $2'],
  [/Invalid discriminator value\. Expected (.+)/g, 'нужно одно из: $1'],
  [/Invalid option: expected one of (.+)/g, 'нужно одно из: $1'],
  [/Invalid input: expected (.+)/g, 'нужно $1'],
  [/Too big: expected number to be <=(\S+)/g, 'не больше $1'],
  [/Too small: expected number to be >=(\S+)/g, 'не меньше $1'],
  [/Too small: expected number to be >(\S+)/g, 'больше $1'],
  [/Too small: expected string to have >=(\d+) characters/g, 'длина не меньше $1'],
  [/Invalid URL/g, 'нужен полный адрес, как https://shop.example.ru'],
  [/\(top\)/g, '(весь файл)'],
  // of config/schema.ts
  [/use letters, digits, "-" and "_", at most 40/g, 'латинские буквы, цифры, «-» и «_», не больше 40'],
  [/give either "webhook" or "oauth"/g, 'задайте либо «webhook», либо «oauth»'],
  [/give both "keyId" and "secret", or neither and pair/g, 'задайте «keyId» и «secret» оба или ни одного'],
  [/give "endpoint" too when the key is configured/g, 'к ключу нужен и «endpoint»'],
  // of kit's settings.ts
  [/ is unknown: remove it or correct its name/g, ' — такой настройки нет: уберите или исправьте имя'],
  [/ is missing: add it/g, ' — не задано: добавьте'],
  [
    / must be a full address that begins with https:\/\/, without user and password/g,
    ' — нужен полный адрес, который начинается с https://, без имени и пароля',
  ],
  [/ must be a multiple of ([^\s;]+)/g, ' — должно делиться на $1'],
  [/ must be one of ([^;]+)/g, ' — нужно одно из: $1'],
  [/ must be an? (\w+)/g, ' — нужно $1'],
  [/ must be ([^\s;]+) or more/g, ' — не меньше $1'],
  [/ must be ([^\s;]+) or less/g, ' — не больше $1'],
  [/ must not be empty or so short/g, ' — пусто или слишком коротко'],
  [/ is too long/g, ' — слишком длинно'],
  [/ has a wrong format/g, ' — неверный вид'],
  [/ has a wrong type/g, ' — неверный тип'],
  [/ has a wrong entry/g, ' — неверная запись внутри'],
]
