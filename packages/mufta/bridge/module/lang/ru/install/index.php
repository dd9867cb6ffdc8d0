<?php

$MESS['MUFTA_BRIDGE_MODULE_NAME'] = 'Мост: #CONNECTOR_TITLE#';
$MESS['MUFTA_BRIDGE_MODULE_DESCRIPTION'] = 'Передаёт изменения заказов во внешнюю систему и принимает её '
    . 'ответы: события, очередь и подписанные запросы. Вся логика обмена живёт снаружи сайта.';
$MESS['MUFTA_BRIDGE_PARTNER_NAME'] = 'Mufta';
$MESS['MUFTA_BRIDGE_INSTALL_TITLE'] = 'Установка моста';
$MESS['MUFTA_BRIDGE_UNINSTALL_TITLE'] = 'Удаление моста';
$MESS['MUFTA_BRIDGE_INSTALL_FAILED'] = 'Модуль не установлен, сделанное отменено. Причина: #REASON#';
$MESS['MUFTA_BRIDGE_UNINSTALL_FAILED'] = 'Модуль не удалён. Причина: #REASON#';
$MESS['MUFTA_BRIDGE_NEEDS_PHP'] = 'Нужен PHP 8.1 или новее.';
$MESS['MUFTA_BRIDGE_NEEDS_SALE'] = 'Нужен установленный модуль «Интернет-магазин» (sale).';
$MESS['MUFTA_BRIDGE_NEEDS_MAIN'] = 'Нужно обновить главный модуль: версия 23.0.0 или новее.';
$MESS['MUFTA_BRIDGE_NEEDS_MYSQL'] = 'Модуль работает только с MySQL и MariaDB.';
$MESS['MUFTA_BRIDGE_NEEDS_EXTENSIONS'] = 'Нужны расширения PHP openssl и mbstring.';
$MESS['MUFTA_BRIDGE_NEEDS_CRYPTO_KEY'] = 'В файле /bitrix/.settings.php нет crypto_key: без него ключ связи '
    . 'нельзя хранить зашифрованным. Добавьте раздел crypto и повторите установку.';
