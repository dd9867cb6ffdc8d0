<?php

$MESS['MUFTA_BRIDGE_UNSTEP_ASK'] = 'Модуль будет удалён: события, агент и права снимаются всегда.';
$MESS['MUFTA_BRIDGE_UNSTEP_SAVE'] = 'Сохранить таблицы и настройки для повторной установки';
$MESS['MUFTA_BRIDGE_UNSTEP_GO'] = 'Удалить модуль';
