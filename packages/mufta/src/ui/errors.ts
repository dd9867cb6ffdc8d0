import type { ErrorFacts } from '@mufta/kit'
import { problemsInRussian } from './problem-words.ts'
import type { Lang } from './screen.ts'

/** An error, or what the store kept of one. */
export interface ErrorLike {
  readonly code: string
  readonly message: string
  readonly facts?: Readonly<Record<string, unknown>>
}

/** An error in Russian, with its values: those of the command line itself and those that operators meet daily. */
export function ownText({ code, message, facts = {} }: ErrorLike): string | undefined {
  return RUSSIAN[code]?.(facts as ErrorFacts, message)
}

/** In one line of a list: what is known in the language, else as it was said. */
export function shortText(error: ErrorLike, lang: Lang): string {
  return (lang === 'ru' ? ownText(error) : undefined) ?? error.message
}

/** undefined = the facts do not suffice. */
type Text = (facts: ErrorFacts, message: string) => string | undefined

const unmapped: Text = ({ field, side, value }) => {
  if (field === undefined || value === undefined) return undefined
  const whose = side === 'external' ? 'Кода внешней системы' : 'Кода магазина'
  return `${whose} «${value}» нет в соответствиях «${field}»: добавьте его в настройках`
}

const RUSSIAN: Readonly<Record<string, Text>> = {
  CONFIG_NOT_FOUND: ({ folder }) =>
    `В ${folder} нет mufta.config.ts, .js или .json: создайте его командой «mufta init» или укажите --config`,
  CONFIG_NOT_READABLE: ({ file }, message) =>
    `${file} не читается: ${message
      .slice(String(file).length + 2)
      .replace('it is not valid JSON', 'это не верный JSON')
      .replace(/line (\d+) column (\d+)/, 'строка $1, столбец $2')
      .replace('it cannot be read', 'файл не открывается')
      .replace(/it is not valid code; (.+) says where/, 'это не верный код; где ошибка, скажет $1')}`,
  CONFIG_VARIABLE_MISSING: ({ names }) =>
    `Настройкам нужно ${names}: задайте в окружении или в .env рядом с файлом`,
  CONFIG_INVALID: ({ file }, message) =>
    `В ${file} ошибки:${problemsInRussian(message.slice(message.indexOf('\n')))}`,
  SETTINGS_INVALID: (_facts, message) => {
    const [where = '', problems] = message.split(' is not right: ', 2)
    return problems === undefined ? undefined : `В ${where} ошибки: ${problemsInRussian(problems)}`
  },
  CONNECTION_NONE: ({ file }) =>
    `Соединений ещё нет: опишите его в ${file} или создайте на странице администратора («mufta run» напечатает ссылку)`,
  CONFIG_EXISTS: ({ file }) => `${file} уже есть: правьте его или запустите init в пустой папке`,
  CONFIG_ANSWER_MISSING: ({ question }) =>
    `${question}: укажите ключом команды (см. «mufta init --help»), спросить некого`,
  CONFIG_CANCELLED: () => 'Отменено, ничего не записано',
  CONFIG_SETTING_UNKNOWN: ({ name, known }) => `--set: у коннектора нет настройки «${name}»; есть: ${known}`,
  CONFIG_STORE_UNKNOWN: () =>
    '«store» должно выглядеть как sqlite:./data/mufta.db; других хранилищ в этой версии нет',
  CONFIG_PUBLIC_URL: () =>
    'Укажите, под каким адресом портал видит эту Mufta: --url https://… или http.publicUrl в настройках',
  CONNECTION_UNKNOWN: ({ name, known }) =>
    name === undefined || known === undefined
      ? undefined
      : `Соединения «${name}» в настройках нет; есть: ${known === '' ? 'ни одного' : known}`,
  CONNECTOR_NOT_FOUND: ({ name }) =>
    `Коннектор «${name}» не загружается: это не встроенное имя, не пакет и не работающий файл`,
  CONNECTOR_NOT_A_CONNECTOR: ({ name }) =>
    `«${name}» не отдаёт коннектор по умолчанию: закончите файл «export default defineConnector({ … })»`,
  CONNECTOR_BAD_ID: ({ id }) =>
    `«${id}» должно выглядеть как vendor.name: строчные латинские буквы и цифры, одна точка`,
  CONNECTOR_FOLDER_EXISTS: ({ folder }) => `${folder} уже есть: выберите другую папку ключом --folder`,
  HTTP_NOT_LISTENING: ({ host, port, option }) =>
    option === undefined
      ? `Не удаётся слушать ${host}:${port}: порт занят (Mufta уже запущена?) или запрещён; измените «http» в настройках`
      : `Не удаётся слушать ${host}:${port}: порт занят (имитатор уже запущен?) или запрещён; укажите другой ключом ${option}`,
  CONFIG_BAD_WEBHOOK: () =>
    'Входящий вебхук должен выглядеть как https://portal.example/rest/1/secret/: скопируйте адрес целиком',
  BRIDGE_TARGET_MISSING: ({ path }) =>
    `${path}: здесь ничего нет; укажите папку или zip от «mufta bridge build»`,
  CONFIG_BAD_OPTION: (_facts, message) => `Неверный вызов: ${message}`,
  CONFIG_ENTITY_UNKNOWN: ({ name }) => `Неизвестная сущность «${name}»: эта версия знает «order»`,
  CONFIG_SYSTEM_UNKNOWN: ({ name }) => `Имитатора «${name}» нет: portal или retailcrm`,
  STORE_LOCKED: ({ pid, since }) =>
    `С этим хранилищем уже работает процесс ${pid ?? '?'} (с ${since ?? '?'}): сначала остановите его или укажите другое хранилище`,
  CONFIG_BAD_SECRET: (_facts, message) =>
    message.startsWith('The secret is empty') ? 'Секрет пуст: ничего не изменено' : message,
  CONFIG_KEYS_IN_ENVIRONMENT: () =>
    'MUFTA_KEYS задана в окружении, а оно важнее .env: добавьте новый ключ туда',
  CONNECTION_READ_ONLY: () => 'Это соединение описано в файле настроек: меняйте его там',
  SECRET_UNKNOWN: () => 'У этого соединения нет такого секрета',
  ACCESS_LAST_ADMIN: () => 'Это последний администратор: сначала создайте другого',
  ACCESS_LOGIN_UNKNOWN: () => 'Такого пользователя нет',
  ACCESS_LOGIN_BAD: () =>
    'Логин начинается с буквы или цифры и состоит из букв, цифр и знаков «.», «_», «@», «-», не больше 64',
  VAULT_BAD_KEYS: () =>
    'MUFTA_KEYS не годится: она выглядит как "k1:base64,k0:base64", каждый ключ из 32 байт; ключ создаст «mufta secrets generate-key»',
  VAULT_NO_KEY: ({ secrets }) =>
    secrets === undefined
      ? 'Без ключа секрет не сохранить: «mufta secrets generate-key --save», затем перезапустите Mufta'
      : `В хранилище секретов: ${secrets}, а MUFTA_KEYS не задана: укажите ключ, которым они зашифрованы; если он утерян, их удалит «mufta secrets forget»`,
  VAULT_KEY_MISSING: ({ key }) =>
    `Секрет зашифрован ключом «${key}», которого нет в MUFTA_KEYS: добавьте его после текущего; если он утерян, такие секреты удалит «mufta secrets forget»`,
  VAULT_KEY_NOT_LOADED: ({ key }) =>
    `Mufta запущена без ключа «${key}» и не открыла бы зашифрованное им: перезапустите её с нынешним MUFTA_KEYS и повторите команду; ничего не изменено`,
  VAULT_NOT_OPENED: ({ connection, path }) =>
    `Секрет ${path} соединения ${connection} не открывается: под этим именем в MUFTA_KEYS другой ключ или хранилище повреждено; «mufta secrets forget» удалит его`,
  STATUS_UNMAPPED: unmapped,
  PAYMENT_TYPE_UNMAPPED: unmapped,
  DELIVERY_TYPE_UNMAPPED: unmapped,
  SHIPMENT_STORE_UNMAPPED: unmapped,
  ORDER_SITE_UNMAPPED: unmapped,
  STORE_MISSING: () => 'Хранилища ещё нет: проверьте путь или запустите один раз «mufta run»',
}
