<?php

if (!defined('B_PROLOG_INCLUDED') || B_PROLOG_INCLUDED !== true) {
    die();
}

use Bitrix\Main\Localization\Loc;

Loc::loadMessages(__FILE__);
?>
<form action="<?= htmlspecialcharsbx($GLOBALS['APPLICATION']->GetCurPage()) ?>" method="get">
    <?= bitrix_sessid_post() ?>
    <input type="hidden" name="lang" value="<?= htmlspecialcharsbx(LANGUAGE_ID) ?>">
    <input type="hidden" name="id" value="mufta.bridge">
    <input type="hidden" name="uninstall" value="Y">
    <input type="hidden" name="step" value="2">
    <p><?= htmlspecialcharsbx(Loc::getMessage('MUFTA_BRIDGE_UNSTEP_ASK')) ?></p>
    <p>
        <input type="checkbox" name="savedata" id="mufta_bridge_savedata" value="Y" checked>
        <label for="mufta_bridge_savedata">
            <?= htmlspecialcharsbx(Loc::getMessage('MUFTA_BRIDGE_UNSTEP_SAVE')) ?>
        </label>
    </p>
    <input type="submit" value="<?= htmlspecialcharsbx(Loc::getMessage('MUFTA_BRIDGE_UNSTEP_GO')) ?>">
</form>
