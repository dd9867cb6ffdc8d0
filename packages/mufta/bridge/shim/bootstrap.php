<?php

/**
 * Starts the stand-in kernel for one request or one command line script. See README.md for what it is and is not.
 * The caller sets $_SERVER['DOCUMENT_ROOT'] to a site made by the test harness.
 */

declare(strict_types=1);

if (defined('B_PROLOG_INCLUDED')) {
    return;
}

error_reporting(E_ALL);
define('B_PROLOG_INCLUDED', true);
define('SHIM_ROOT', __DIR__);
defined('LANGUAGE_ID') || define('LANGUAGE_ID', $_GET['lang'] ?? $_POST['lang'] ?? 'ru');
// The command line and agents have no dependable site: the kernel falls back to the admin's language id there.
defined('SITE_ID') || define('SITE_ID', PHP_SAPI === 'cli' ? LANGUAGE_ID : 's1');
define('LANG', SITE_ID);
define('LANG_CHARSET', 'UTF-8');
define('SITE_CHARSET', 'UTF-8');
define('SM_VERSION', '26.250.100');
define('BX_ROOT', '/bitrix');
define('BX_PERSONAL_ROOT', '/bitrix');

require __DIR__ . '/main/shim.php';
require __DIR__ . '/main/exceptions.php';
require __DIR__ . '/main/functions.php';
require __DIR__ . '/main/files.php';
require __DIR__ . '/main/database.php';
require __DIR__ . '/main/module.php';
require __DIR__ . '/main/agent.php';
require __DIR__ . '/main/admin.php';
require __DIR__ . '/main/legacy.php';
require __DIR__ . '/main/orders.php';

Shim::start();
