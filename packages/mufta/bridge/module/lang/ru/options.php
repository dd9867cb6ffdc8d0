<?php

$MESS['MUFTA_BRIDGE_TAB_CONNECTION'] = 'Подключение';
$MESS['MUFTA_BRIDGE_TAB_CONNECTOR'] = 'Внешняя система';
$MESS['MUFTA_BRIDGE_TAB_STATE'] = 'Состояние';
$MESS['MUFTA_BRIDGE_TAB_RIGHTS'] = 'Доступ';
$MESS['MUFTA_BRIDGE_RUNTIME_URL'] = 'Адрес программы обмена';
$MESS['MUFTA_BRIDGE_PRIVATE'] = 'Она в локальной сети (разрешить http и внутренние адреса)';
$MESS['MUFTA_BRIDGE_SITE_URL'] = 'Адрес этого сайта снаружи';
$MESS['MUFTA_BRIDGE_KEY'] = 'Ключ связи';
$MESS['MUFTA_BRIDGE_KEY_SET'] = 'получен, хранится зашифрованным';
$MESS['MUFTA_BRIDGE_KEY_NOT_SET'] = 'нет: сайт ещё не связан';
$MESS['MUFTA_BRIDGE_UNPAIR'] = 'Забыть ключ';
$MESS['MUFTA_BRIDGE_CODE'] = 'Одноразовый код';
$MESS['MUFTA_BRIDGE_CODE_HINT'] = 'Его печатает команда: mufta bridge pair. Код действует 15 минут и только '
    . 'один раз.';
$MESS['MUFTA_BRIDGE_PAIR'] = 'Связать';
$MESS['MUFTA_BRIDGE_MODE'] = 'Режим';
$MESS['MUFTA_BRIDGE_MODE_PRODUCTION'] = 'рабочий';
$MESS['MUFTA_BRIDGE_MODE_TEST'] = 'тестовый: заказы читаются, но не изменяются';
$MESS['MUFTA_BRIDGE_PUSH'] = 'Сообщать об изменениях сразу';
$MESS['MUFTA_BRIDGE_FREQUENCY'] = 'Как часто агент досылает остальное, секунд';
$MESS['MUFTA_BRIDGE_SITES'] = 'Сайты, заказы которых участвуют в обмене';
$MESS['MUFTA_BRIDGE_MAPPING_HINT'] = 'По одному соответствию в строке: код = значение';
$MESS['MUFTA_BRIDGE_SECRET_SET'] = 'задан; пустое поле его сохранит';
$MESS['MUFTA_BRIDGE_SECRET_NOT_SET'] = 'не задан';
$MESS['MUFTA_BRIDGE_CHECK'] = 'Проверить связь';
$MESS['MUFTA_BRIDGE_REVIVE'] = 'Повторить непринятые';
$MESS['MUFTA_BRIDGE_SAVE'] = 'Сохранить';
$MESS['MUFTA_BRIDGE_APPLY'] = 'Применить';
$MESS['MUFTA_BRIDGE_RESTORE'] = 'По умолчанию';
$MESS['MUFTA_BRIDGE_FACT_PAIRED'] = 'Связано с подключением';
$MESS['MUFTA_BRIDGE_FACT_LAST_CALL'] = 'Последний запрос снаружи';
$MESS['MUFTA_BRIDGE_FACT_LAST_PUSH'] = 'Последняя отправка';
$MESS['MUFTA_BRIDGE_FACT_LAST_AGENT'] = 'Последний запуск агента';
$MESS['MUFTA_BRIDGE_FACT_WAITING'] = 'Ждут отправки';
$MESS['MUFTA_BRIDGE_FACT_DEAD'] = 'Не приняты';
$MESS['MUFTA_BRIDGE_PROBLEM_NO_CRYPTO_KEY'] = 'В .settings.php нет crypto_key: ключ связи нельзя ни '
    . 'сохранить, ни прочитать.';
$MESS['MUFTA_BRIDGE_PROBLEM_NOT_PAIRED'] = 'Сайт не связан с программой обмена.';
$MESS['MUFTA_BRIDGE_PROBLEM_AGENT_SILENT'] = 'Агент давно не запускался: проверьте cron или посещаемость '
    . 'сайта.';
$MESS['MUFTA_BRIDGE_PROBLEM_CLOCKS_DIFFER'] = 'Время PHP и базы данных различается: настройте один часовой '
    . 'пояс.';
$MESS['MUFTA_BRIDGE_PROBLEM_DEAD_ROWS'] = 'Есть сообщения, которые не удалось передать.';
$MESS['MUFTA_BRIDGE_PROBLEM_TEST_MODE'] = 'Включён тестовый режим: изменения снаружи не применяются.';
$MESS['MUFTA_BRIDGE_OUTCOME_SAVED'] = 'Настройки сохранены.';
$MESS['MUFTA_BRIDGE_OUTCOME_RESTORED'] = 'Возвращены значения по умолчанию; ключ связи сохранён.';
$MESS['MUFTA_BRIDGE_OUTCOME_PAIRED'] = 'Сайт связан.';
$MESS['MUFTA_BRIDGE_OUTCOME_UNPAIRED'] = 'Ключ связи забыт.';
$MESS['MUFTA_BRIDGE_OUTCOME_REVIVED'] = 'Непринятые сообщения снова в очереди.';
$MESS['MUFTA_BRIDGE_OUTCOME_CHECK_OK'] = 'Связь работает: адрес, ключ и подпись приняты.';
$MESS['MUFTA_BRIDGE_OUTCOME_CHECK_NOT_PAIRED'] = 'Проверять нечего: сайт не связан.';
$MESS['MUFTA_BRIDGE_OUTCOME_CHECK_ADDRESS'] = 'Адрес не подходит: нужен https или разрешение локальной сети.';
$MESS['MUFTA_BRIDGE_OUTCOME_CHECK_NO_ANSWER'] = 'Нет ответа: проверьте адрес, сертификат и доступ в сеть с '
    . 'сервера.';
$MESS['MUFTA_BRIDGE_OUTCOME_CHECK_NOT_A_RUNTIME'] = 'По этому адресу отвечает что-то другое.';
$MESS['MUFTA_BRIDGE_OUTCOME_CHECK_REFUSED'] = 'Запрос отклонён: ключ не подходит, его отозвали или '
    . 'подключение не найдено. Свяжите сайт заново.';
$MESS['MUFTA_BRIDGE_OUTCOME_PAIR_NO_CRYPTO_KEY'] = 'В .settings.php нет crypto_key: код не потрачен, добавьте '
    . 'ключ и повторите.';
$MESS['MUFTA_BRIDGE_OUTCOME_PAIR_ADDRESS'] = 'Проверьте адреса: программы обмена (https) и этого сайта.';
$MESS['MUFTA_BRIDGE_OUTCOME_PAIR_CODE_FORM'] = 'Код введён не полностью: подключение, точка и 16 знаков.';
$MESS['MUFTA_BRIDGE_OUTCOME_PAIR_NO_ANSWER'] = 'Нет ответа от программы обмена; код, скорее всего, не '
    . 'потрачен.';
$MESS['MUFTA_BRIDGE_OUTCOME_PAIR_CODE_REFUSED'] = 'Код не принят: он неверен, истёк или уже использован. '
    . 'Создайте новый.';
$MESS['MUFTA_BRIDGE_OUTCOME_PAIR_NOT_A_RUNTIME'] = 'Ответ не похож на ответ программы обмена.';
$MESS['MUFTA_BRIDGE_OUTCOME_BAD_ADDRESS'] = 'Адрес не сохранён: нужен https или разрешение локальной сети.';
$MESS['MUFTA_BRIDGE_OUTCOME_NO_CRYPTO_KEY'] = 'Секрет не сохранён или не читается: проверьте crypto_key в '
    . '.settings.php.';
