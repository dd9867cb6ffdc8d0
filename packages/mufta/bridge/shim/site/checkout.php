<?php

/** A buyer's checkout: makes (or changes, by ?id=) an order and answers its id. */

declare(strict_types=1);

require __DIR__ . '/bitrix/modules/main/include/prolog_before.php';

\Bitrix\Main\Loader::requireModule('sale');
$request = json_decode((string)file_get_contents('php://input'), true) ?? [];
if (isset($request['id'])) {
    $order = \Bitrix\Sale\Order::load((int)$request['id']);
    foreach ($request['fields'] ?? [] as $name => $value) {
        $order->setField($name, $value);
    }
    $result = $order->save();
} else {
    $order = ShimOrders::draft($request);
    $result = $order->save();
}
header('Content-Type: application/json');
echo json_encode(['id' => $result->getId(), 'errors' => $result->getErrorMessages()]);
\Bitrix\Main\Application::getInstance()->end();
