import type { Phrases } from '../phrase.ts'

export const overview = {
  'overview.title': ['Overview', 'Обзор'],
  'overview.empty': ['No connection yet', 'Соединений пока нет'],
  'overview.emptyText': [
    'Join a shop and a CRM: the first run takes you from an empty installation to the first order.',
    'Соедините магазин и CRM: первый запуск проведёт от пустой установки до первого заказа.',
  ],
  'overview.emptyDo': ['Start', 'Начать'],
  'overview.waiting': ['waiting', 'ждёт'],
  'overview.running': ['in work', 'в работе'],
  'overview.doneToday': ['done today', 'готово сегодня'],
  'overview.parked': ['parked', 'придержано'],
  'overview.dead': ['undelivered', 'не доставлено'],
  'overview.lag': ['Lag of delivery', 'Отставание доставки'],
  'overview.noLag': ['no lag', 'нет отставания'],
  'overview.budget.site': ['Requests left, shop', 'Запас запросов, магазин'],
  'overview.budget.external': ['Requests left, CRM', 'Запас запросов, CRM'],
  'overview.budgetOf': ['{free} of {capacity}, +{rate} a second', '{free} из {capacity}, +{rate} в секунду'],
  'overview.chartText': [
    'Last 24 hours: {done} done, {failed} failed',
    'За 24 часа: готово {done}, сбоев {failed}',
  ],
  'overview.chartHour': ['{hour}: {done} done, {failed} failed', '{hour}: готово {done}, сбоев {failed}'],
  'overview.settings': ['Settings', 'Настройки'],
  'overview.problems': ['Show problems', 'Показать проблемы'],
  'overview.byOperator': ['Paused by a person', 'Поставлено на паузу человеком'],
  'overview.bySelf': [
    'Paused by itself; it tries again every 10 minutes',
    'Встало само; пробует снова каждые 10 минут',
  ],
  'overview.pauseTitle': ['Pause {name}?', 'Поставить {name} на паузу?'],
  'overview.pauseText': [
    'Nothing is lost: changes wait until you resume. {n} order waits now.|Nothing is lost: changes wait until you resume. {n} orders wait now.',
    'Ничего не потеряется: изменения подождут продолжения. Сейчас ждёт {n} заказ.|Ничего не потеряется: изменения подождут продолжения. Сейчас ждут {n} заказа.|Ничего не потеряется: изменения подождут продолжения. Сейчас ждут {n} заказов.',
  ],
  'overview.paused': ['{name} is paused', '{name} на паузе'],
  'overview.resumed': ['{name} goes on', '{name} продолжает работу'],
  'connections.title': ['Connections', 'Соединения'],
  'connections.new': ['New connection', 'Новое соединение'],
  'connections.fromFile': ['from the configuration file', 'из файла настроек'],
  'connections.fromStore': ['set up on this page', 'настроено на этой странице'],
} as const satisfies Phrases
