<?php

$MESS['MUFTA_BRIDGE_STEP_DONE'] = 'Модуль установлен.';
$MESS['MUFTA_BRIDGE_STEP_NEXT'] = 'Осталось связать сайт с программой обмена: откройте настройки модуля, '
    . 'введите её адрес и одноразовый код.';
$MESS['MUFTA_BRIDGE_STEP_SETTINGS'] = 'Открыть настройки';
