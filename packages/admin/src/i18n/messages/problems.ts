import type { Phrases } from '../phrase.ts'

export const problems = {
  'problems.title': ['Problems', 'Проблемы'],
  'problems.empty': ['No problems', 'Проблем нет'],
  'problems.emptyText': ['Every order went through.', 'Все заказы прошли.'],
  'problems.kind.parked': ['parked', 'придержано'],
  'problems.kind.dead': ['undelivered', 'не доставлено'],
  'problems.first': ['first {at}', 'первый {at}'],
  'problems.last': ['last {at}', 'последний {at}'],
  'problems.items': ['Show the orders', 'Показать заказы'],
  'problems.hideItems': ['Hide the orders', 'Скрыть заказы'],
  'problems.map': ['Map it', 'Сопоставить'],
  'problems.mapTitle': ['Map “{value}”', 'Сопоставить «{value}»'],
  'problems.mapText': [
    'Choose what it becomes on the other side. {n} order is tried again at once.|Choose what it becomes on the other side. {n} orders are tried again at once.',
    'Выберите, чему это соответствует на другой стороне. {n} заказ сразу пробуется снова.|Выберите, чему это соответствует на другой стороне. {n} заказа сразу пробуются снова.|Выберите, чему это соответствует на другой стороне. {n} заказов сразу пробуются снова.',
  ],
  'problems.mapDo': ['Save and try again', 'Сохранить и повторить'],
  'problems.openMappings': ['Open the mappings', 'Открыть соответствия'],
  'problems.settings': ['Open the settings', 'Открыть настройки'],
  'problems.retryAll': ['Retry all {n}|Retry all {n}', 'Повторить {n}|Повторить все {n}|Повторить все {n}'],
  'problems.retryTitle': [
    'Retry {n} order?|Retry {n} orders?',
    'Повторить {n} заказ?|Повторить {n} заказа?|Повторить {n} заказов?',
  ],
  'problems.retryText': [
    'They go back into the queue. If the cause is still there, they return here.',
    'Они вернутся в очередь. Если причина не устранена, снова окажутся здесь.',
  ],
  'problems.retried': [
    '{n} order goes again|{n} orders go again',
    'Пущен снова {n} заказ|Пущено снова {n} заказа|Пущено снова {n} заказов',
  ],
  'problems.ignore': ['Ignore…', 'Отбросить…'],
  'problems.ignoreTitle': [
    'Ignore {n} order?|Ignore {n} orders?',
    'Отбросить {n} заказ?|Отбросить {n} заказа?|Отбросить {n} заказов?',
  ],
  'problems.ignoreText': [
    'They will not be sent unless they change again. The reason stays in the journal.',
    'Они не будут отправлены, пока снова не изменятся. Причина останется в журнале.',
  ],
  'problems.reason': ['Reason', 'Причина'],
  'problems.reasonHint': ['For example: test orders', 'Например: тестовые заказы'],
  'problems.ignored': [
    '{n} order ignored|{n} orders ignored',
    'Отброшен {n} заказ|Отброшено {n} заказа|Отброшено {n} заказов',
  ],
  'problems.csv': ['Export CSV', 'Выгрузить CSV'],
  'problems.attempts': ['{n} attempt|{n} attempts', '{n} попытка|{n} попытки|{n} попыток'],
  'problems.pick': ['Choose order {id}', 'Выбрать заказ {id}'],
  'problems.retryPicked': [
    'Retry chosen ({n})|Retry chosen ({n})',
    'Повторить выбранные ({n})|Повторить выбранные ({n})|Повторить выбранные ({n})',
  ],
  'problems.ignorePicked': [
    'Ignore chosen ({n})|Ignore chosen ({n})',
    'Отбросить выбранные ({n})|Отбросить выбранные ({n})|Отбросить выбранные ({n})',
  ],
  'problems.updated': [
    'There are new problems: refresh to see them.',
    'Есть новые проблемы: обновите, чтобы увидеть.',
  ],
  'cause.STATUS_UNMAPPED': ['Status “{value}” is not mapped', 'Статус «{value}» не сопоставлен'],
  'cause.PAYMENT_TYPE_UNMAPPED': [
    'Payment type “{value}” is not mapped',
    'Способ оплаты «{value}» не сопоставлен',
  ],
  'cause.DELIVERY_TYPE_UNMAPPED': ['Delivery “{value}” is not mapped', 'Доставка «{value}» не сопоставлена'],
  'cause.ORDER_SITE_UNMAPPED': ['Site “{value}” is not mapped', 'Сайт «{value}» не сопоставлен'],
  'cause.SHIPMENT_STORE_UNMAPPED': ['Store “{value}” is not mapped', 'Склад «{value}» не сопоставлен'],
} as const satisfies Phrases
