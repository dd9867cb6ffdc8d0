import type { Phrases } from '../phrase.ts'

export const start = {
  'start.title': ['First run', 'Первый запуск'],
  'start.text': [
    'From an empty installation to the first order, in six steps.',
    'От пустой установки до первого заказа, шесть шагов.',
  ],
  'start.step': ['Step {value} of {total}', 'Шаг {value} из {total}'],
  'start.steps': ['Steps', 'Шаги'],
  'start.step.site': ['Shop', 'Магазин'],
  'start.step.siteCheck': ['Check the shop', 'Проверка магазина'],
  'start.step.connector': ['External system', 'Внешняя система'],
  'start.step.check': ['Check both', 'Проверка обоих'],
  'start.step.checkOther': ['Check the external system', 'Проверка внешней системы'],
  'start.step.pair': ['Pair the site', 'Связать сайт'],
  'start.step.map': ['Mappings', 'Соответствия'],
  'start.step.go': ['Plan and go', 'План и запуск'],
  'start.checkNow': ['Check now', 'Проверить'],
  'start.checkFirst': [
    'Check first: the next step needs a working shop',
    'Сначала проверьте: для следующего шага магазин должен отвечать',
  ],
  'start.unmapped': [
    '{n} value is not mapped yet: that is the next step|{n} values are not mapped yet: that is the next step',
    '{n} значение ещё не сопоставлено: это следующий шаг|{n} значения ещё не сопоставлены: это следующий шаг|{n} значений ещё не сопоставлено: это следующий шаг',
  ],
  'start.saveGo': ['Save and go on', 'Сохранить и дальше'],
  'start.saved': ['The connection {name} is saved', 'Соединение {name} сохранено'],
  'start.mapText': [
    'Say what each value of the shop is called on the other side. What you leave out parks its orders until you add it.',
    'Укажите, как каждое значение магазина называется на другой стороне. Заказы с пропущенным будут придержаны, пока вы его не добавите.',
  ],
  'start.goText': [
    'New changes flow from now on. Look at the plan before you load the orders of the past.',
    'Новые изменения уже идут. Посмотрите план, прежде чем загружать прошлые заказы.',
  ],
  'start.openPlan': ['Open the plan', 'Открыть план'],
  'start.toOverview': ['To the overview', 'К обзору'],
  'start.waitFirst': ['Waiting for the first order…', 'Ждём первый заказ…'],
  'start.first': [
    'The first order went through: {n} done today|The first orders went through: {n} done today',
    'Первый заказ прошёл: готово сегодня {n}|Первые заказы прошли: готово сегодня {n}|Первые заказы прошли: готово сегодня {n}',
  ],
  'start.adminOnly': [
    'Only an administrator can set up a connection',
    'Соединение настраивает только администратор',
  ],
} as const satisfies Phrases
