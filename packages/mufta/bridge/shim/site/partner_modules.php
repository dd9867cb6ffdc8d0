<?php

/** The page of installed solutions: id=…&install=Y or uninstall=Y, with a session id and the right to change settings. */

declare(strict_types=1);

define('ADMIN_SECTION', true);
require __DIR__ . '/../modules/main/include/prolog_before.php';

$id = (string)($_REQUEST['id'] ?? '');
if (!$USER->CanDoOperation('edit_other_settings') || !check_bitrix_sessid()) {
    $APPLICATION->AuthForm('Access denied');
}
$module = preg_match('/^[a-z0-9_.]+$/i', $id) === 1 ? CModule::CreateModuleObject($id) : false;
if ($module === false) {
    $APPLICATION->AuthForm('No such module');
}
$isInstall = ($_REQUEST['install'] ?? '') === 'Y';
if (!$isInstall && ($_REQUEST['uninstall'] ?? '') !== 'Y') {
    $APPLICATION->AuthForm('Nothing to do');
}
if ($isInstall && $module->IsInstalled()) {
    LocalRedirect('/bitrix/admin/partner_modules.php?lang=' . LANGUAGE_ID);
}
// Told before the work, so it is no proof of success.
(new \Bitrix\Main\Event('main', $isInstall ? 'OnModuleInstalled' : 'OnModuleUninstalled', [$id]))->send();
if (($isInstall ? $module->DoInstall() : $module->DoUninstall()) !== false) {
    LocalRedirect('/bitrix/admin/partner_modules.php?lang=' . LANGUAGE_ID . '&result=OK');
}
http_response_code(500);
$error = $APPLICATION->GetException();
echo '<p class="error">' . htmlspecialcharsbx($error === false ? '' : $error->GetString()) . '</p>';
