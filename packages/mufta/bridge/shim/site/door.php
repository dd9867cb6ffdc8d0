<?php

/** The tests' own door to a running site: a statement, or sample orders; faster than a new PHP each time. */

declare(strict_types=1);

require __DIR__ . '/bitrix/modules/main/include/prolog_before.php';

$asked = json_decode((string)file_get_contents('php://input'), true, 512, JSON_THROW_ON_ERROR);
$answer = [];
if (isset($asked['sql'])) {
    $result = \Bitrix\Main\Application::getConnection()->query($asked['sql']);
    while (($row = $result->fetchRaw()) !== false) {
        $answer[] = $row;
    }
}
for ($i = 0; $i < ($asked['place'] ?? 0); $i++) {
    $answer[] = (string)ShimOrders::place($asked['order'] ?? []);
}
header('Content-Type: application/json');
echo json_encode($answer, JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE);
\Bitrix\Main\Application::getInstance()->end();
