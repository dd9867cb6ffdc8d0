<?php

if (!defined('B_PROLOG_INCLUDED') || B_PROLOG_INCLUDED !== true) {
    die();
}

use Bitrix\Main\Localization\Loc;

Loc::loadMessages(__FILE__);
?>
<p><?= htmlspecialcharsbx(Loc::getMessage('MUFTA_BRIDGE_UNSTEP_DONE')) ?></p>
