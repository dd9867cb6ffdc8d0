<?php

$MESS['MUFTA_BRIDGE_UNSTEP_DONE'] = 'Модуль удалён.';
