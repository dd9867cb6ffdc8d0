<?php

if (!defined('B_PROLOG_INCLUDED') || B_PROLOG_INCLUDED !== true) {
    die();
}

use Bitrix\Main\Localization\Loc;

Loc::loadMessages(__FILE__);
?>
<p><?= htmlspecialcharsbx(Loc::getMessage('MUFTA_BRIDGE_STEP_DONE')) ?></p>
<p><?= htmlspecialcharsbx(Loc::getMessage('MUFTA_BRIDGE_STEP_NEXT')) ?></p>
<form action="/bitrix/admin/settings.php" method="get">
    <input type="hidden" name="lang" value="<?= htmlspecialcharsbx(LANGUAGE_ID) ?>">
    <input type="hidden" name="mid" value="mufta.bridge">
    <input type="submit" value="<?= htmlspecialcharsbx(Loc::getMessage('MUFTA_BRIDGE_STEP_SETTINGS')) ?>">
</form>
