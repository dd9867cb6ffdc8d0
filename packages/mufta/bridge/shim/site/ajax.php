<?php

/** /bitrix/services/main/ajax.php: vendor:name.controller.action → \Vendor\Name\Controller\Controller::actionAction. */

declare(strict_types=1);

use Bitrix\Main\Application;
use Bitrix\Main\Config\Configuration;
use Bitrix\Main\Context;
use Bitrix\Main\Engine\Response\Json;
use Bitrix\Main\Error;
use Bitrix\Main\HttpResponse;
use Bitrix\Main\Loader;

define('PUBLIC_AJAX_MODE', true);
require __DIR__ . '/../../modules/main/include/prolog_before.php';

$answer = static function (mixed $data, array $errors): HttpResponse {
    // HTTP 200 even for errors, unless something set a status on the context's response.
    return new Json(['status' => $errors === [] ? 'success' : 'error', 'data' => $data, 'errors' => $errors]);
};
$request = Context::getCurrent()->getRequest();
$controller = null;
$action = (string)$request->getQuery('action');
if (preg_match('/^(?<vendor>[a-z][a-z0-9]*):(?<name>[a-z0-9_]+)\.(?<path>[a-z0-9_.]+)\.(?<action>[a-z0-9_]+)$/i', $action, $found) === 1) {
    $module = strtolower("{$found['vendor']}.{$found['name']}");
    $settings = Loader::includeModule($module) ? Configuration::getInstance($module)->get('controllers') : null;
    $space = $settings['defaultNamespace'] ?? null;
    $class = $space === null ? '' : rtrim($space, '\\') . '\\' . implode('\\', array_map('ucfirst', explode('.', $found['path'])));
    $controller = $class !== '' && is_subclass_of($class, \Bitrix\Main\Engine\Controller::class) ? new $class($request) : null;
}
if ($controller === null) {
    $response = $answer(null, [new Error('Could not find the controller', 22001)]);
} else {
    $sources = [$request->getPostList()->toArray(), $request->getQueryList()->toArray(), $request->getJsonList()->toArray()];
    $result = $controller->run($found['action'], $sources);
    $response = $result instanceof HttpResponse ? $result : $answer($result, $controller->getErrors());
}
Application::getInstance()->end(0, Context::getCurrent()->getResponse()->copyHeadersTo($response));
