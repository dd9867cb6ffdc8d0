import type { Phrases } from '../phrase.ts'

export const journal = {
  'journal.title': ['Journal and logs', 'Журнал и логи'],
  'journal.tab.journal': ['Journal', 'Журнал'],
  'journal.tab.logs': ['Logs', 'Логи'],
  'journal.kind': ['Kind', 'Вид'],
  'journal.query': ['Order or code', 'Заказ или код'],
  'journal.tail': ['Follow new entries', 'Следить за новыми'],
  'journal.download': ['Download NDJSON', 'Скачать NDJSON'],
  'journal.empty': ['No entry', 'Записей нет'],
  'journal.emptyText': [
    'Entries appear as orders change. Widen the filter if it is set.',
    'Записи появляются по мере изменения заказов. Ослабьте отбор, если он задан.',
  ],
  'journal.rows': ['Entries of the journal', 'Записи журнала'],
  'logs.level': ['Level', 'Уровень'],
  'logs.rows': ['Lines of the log', 'Строки лога'],
} as const satisfies Phrases
