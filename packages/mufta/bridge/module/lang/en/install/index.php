<?php

$MESS['MUFTA_BRIDGE_MODULE_NAME'] = 'Bridge: #CONNECTOR_TITLE#';
$MESS['MUFTA_BRIDGE_MODULE_DESCRIPTION'] = 'Tells an external system of changed orders and takes its answers: '
    . 'events, a queue and signed requests. All logic of the exchange lives outside of the site.';
$MESS['MUFTA_BRIDGE_PARTNER_NAME'] = 'Mufta';
$MESS['MUFTA_BRIDGE_INSTALL_TITLE'] = 'Installation of the bridge';
$MESS['MUFTA_BRIDGE_UNINSTALL_TITLE'] = 'Removal of the bridge';
$MESS['MUFTA_BRIDGE_INSTALL_FAILED'] = 'The module was not installed, and what was done is undone. Cause: '
    . '#REASON#';
$MESS['MUFTA_BRIDGE_UNINSTALL_FAILED'] = 'The module was not removed. Cause: #REASON#';
$MESS['MUFTA_BRIDGE_NEEDS_PHP'] = 'PHP 8.1 or newer is needed.';
$MESS['MUFTA_BRIDGE_NEEDS_SALE'] = 'The module of the online store (sale) must be installed.';
$MESS['MUFTA_BRIDGE_NEEDS_MAIN'] = 'The main module must be updated: version 23.0.0 or newer.';
$MESS['MUFTA_BRIDGE_NEEDS_MYSQL'] = 'The module works with MySQL and MariaDB only.';
$MESS['MUFTA_BRIDGE_NEEDS_EXTENSIONS'] = 'The PHP extensions openssl and mbstring are needed.';
$MESS['MUFTA_BRIDGE_NEEDS_CRYPTO_KEY'] = 'There is no crypto_key in /bitrix/.settings.php: without it the key '
    . 'of the connection cannot be kept encrypted. Add the section crypto and install again.';
