import type { Phrases } from '../phrase.ts'

export const pairing = {
  'pairing.title': ['Pairing with the site', 'Связывание с сайтом'],
  'pairing.none': [
    'Not paired yet: the connection waits until the module on the site has its key.',
    'Ещё не связано: соединение ждёт, пока модуль на сайте не получит ключ.',
  ],
  'pairing.paired': [
    'Paired on {at} with {site}, module {module}',
    'Связано {at} с сайтом {site}, модуль {module}',
  ],
  'pairing.make': ['Pairing code', 'Код связывания'],
  'pairing.again': ['Pair again', 'Связать заново'],
  'pairing.againText': [
    'The present key works until the new code is used.',
    'Нынешний ключ работает, пока новый код не использован.',
  ],
  'pairing.saveFirst': [
    'Save the connection first, then pair it here.',
    'Сначала сохраните соединение, затем свяжите его здесь.',
  ],
  'pairing.configured': [
    'The key of the site stands in the settings themselves: there is nothing to pair.',
    'Ключ сайта задан в самих настройках: связывать нечего.',
  ],
  'pairing.type': [
    'On the module’s settings page on the site (Settings → Module settings), type:',
    'На странице настроек модуля на сайте (Настройки → Настройки модулей) введите:',
  ],
  'pairing.address': ['Address of Mufta', 'Адрес Mufta'],
  'pairing.code': ['One-time code', 'Одноразовый код'],
  'pairing.copy': ['Copy the code', 'Скопировать код'],
  'pairing.copied': ['The code is copied', 'Код скопирован'],
  'pairing.until': [
    'Good once, until {at}. It is not shown again.',
    'Действует один раз, до {at}. Больше не показывается.',
  ],
  'pairing.over': ['The time of the code is over: make a new one.', 'Срок кода истёк: получите новый.'],
  'pairing.notPublic': [
    'http.publicUrl is not set: this address is right only if the site is on the same machine.',
    'http.publicUrl не задан: этот адрес верен, только если сайт на той же машине.',
  ],
  'pairing.done': ['Paired with {site}', 'Связано с {site}'],
  'pairing.first': [
    'Pair first: the next step needs a working shop',
    'Сначала свяжите: для следующего шага магазин должен отвечать',
  ],
} as const satisfies Phrases
