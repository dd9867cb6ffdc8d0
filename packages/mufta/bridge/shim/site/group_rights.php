<?php

/** The rights tab. Reads $module_id, Update, GROUPS[], RIGHTS[]; prints HTML also while it saves. */

declare(strict_types=1);

if (!isset($module_id)) {
    trigger_error('group_rights.php needs $module_id', E_USER_WARNING);
    return;
}
if ($_SERVER['REQUEST_METHOD'] === 'POST' && !empty($_POST['Update']) && CMain::GetGroupRight($module_id) === 'W' && check_bitrix_sessid()) {
    $helper = \Bitrix\Main\Application::getConnection()->getSqlHelper();
    $module = $helper->convertToDbString($module_id);
    \Bitrix\Main\Application::getConnection()->queryExecute("DELETE FROM b_module_group WHERE MODULE_ID = $module");
    foreach ($_POST['GROUPS'] ?? [] as $index => $group) {
        $right = $helper->convertToDbString((string)($_POST['RIGHTS'][$index] ?? 'D'));
        \Bitrix\Main\Application::getConnection()->queryExecute(
            "INSERT INTO b_module_group (MODULE_ID, GROUP_ID, G_ACCESS) VALUES ($module, " . (int)$group . ", $right)",
        );
    }
}
echo '<tr><td><select name="GROUPS[]"><option value="2">Everyone</option></select></td><td><select name="RIGHTS[]"><option>D</option></select></td></tr>';
