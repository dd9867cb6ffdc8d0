import type { Phrases } from '../phrase.ts'

export const site = {
  'site.kind': ['How to reach the shop', 'Как подключаться к магазину'],
  'site.rest': ['REST: incoming webhook', 'REST: входящий вебхук'],
  'site.oauth': ['REST: local application', 'REST: локальное приложение'],
  'site.bridge': ['Mufta module on the site', 'Модуль Mufta на сайте'],
  'site.other': ['Another road', 'Другой способ'],
  'site.restText': [
    'For a Bitrix24 portal or a site with REST. The quickest way.',
    'Для портала Битрикс24 или сайта с REST. Самый быстрый способ.',
  ],
  'site.oauthText': [
    'An application of the portal: it can subscribe to events itself.',
    'Приложение портала: само подписывается на события.',
  ],
  'site.bridgeText': [
    'For 1C-Bitrix: Site Manager: our module inside the site.',
    'Для «1С-Битрикс: Управление сайтом»: наш модуль внутри сайта.',
  ],
  'site.otherText': [
    'This page has no form for it: change it where it was set up.',
    'Для него здесь нет формы: меняйте там, где он был настроен.',
  ],
  'site.guide': ['Where to find it', 'Где это взять'],
  'site.rest.step1': [
    'In the portal open Applications → Developer resources → Other → Incoming webhook.',
    'На портале откройте «Приложения» → «Разработчикам» → «Другое» → «Входящий вебхук».',
  ],
  'site.rest.step2': [
    'Give it the rights “Online store (sale)” and “Payment systems (pay_system)”, to map stores “Trade catalog (catalog)” too. An administrator must make it.',
    'Дайте права «Интернет-магазин (sale)» и «Платёжные системы (pay_system)», для сопоставления складов ещё «Торговый каталог (catalog)». Создаёт администратор.',
  ],
  'site.rest.step3': [
    'Copy the address whole, with /rest/ and the key, and paste it here. It is kept encrypted and never shown again.',
    'Скопируйте адрес целиком, с /rest/ и ключом, и вставьте сюда. Он хранится зашифрованным и больше не показывается.',
  ],
  'site.oauth.step1': [
    'In the portal open Applications → Developer resources → Other → Local application.',
    'На портале откройте «Приложения» → «Разработчикам» → «Другое» → «Локальное приложение».',
  ],
  'site.oauth.step2': [
    'Tick “Uses API only”, give the rights “Online store (sale)” and “Payment systems”.',
    'Отметьте «Использует только API», дайте права «Интернет-магазин (sale)» и «Платёжные системы».',
  ],
  'site.oauth.step3': [
    'Copy the application id, its key and the refresh token that the installation sends.',
    'Скопируйте код приложения, ключ и refresh-токен, который приходит при установке.',
  ],
  'site.bridge.step1': [
    'On the server, build the module: mufta bridge build --connector <connector> --out module.zip',
    'На сервере соберите модуль: mufta bridge build --connector <коннектор> --out module.zip',
  ],
  'site.bridge.step2': [
    'Put its folder into /local/modules/ of the site and install it: Marketplace → Installed solutions.',
    'Положите его папку в /local/modules/ сайта и установите: Marketplace → Установленные решения.',
  ],
  'site.bridge.step3': [
    'When the connection is saved, press “Pairing code” and type the code on the module’s settings page.',
    'Когда соединение сохранено, нажмите «Код связывания» и введите код на странице настроек модуля.',
  ],
} as const satisfies Phrases
