<?php

/** The settings page: includes options.php of the module named by mid. */

declare(strict_types=1);

define('ADMIN_SECTION', true);
require __DIR__ . '/../modules/main/include/prolog_before.php';

$mid = (string)($_REQUEST['mid'] ?? '');
$folder = preg_match('/^[a-z0-9_.]+$/i', $mid) === 1 ? getLocalPath("modules/$mid/options.php") : false;
if (!$USER->IsAuthorized() || $folder === false || !\Bitrix\Main\ModuleManager::isModuleInstalled($mid)) {
    $APPLICATION->AuthForm('Access denied');
}
include $_SERVER['DOCUMENT_ROOT'] . $folder;
\Bitrix\Main\Application::getInstance()->end();
