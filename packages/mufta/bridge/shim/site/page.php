<?php

/** An ordinary page of the shop: agents run at its end. */

declare(strict_types=1);

require __DIR__ . '/bitrix/modules/main/include/prolog_before.php';

echo 'page';
CAgent::CheckAgents();
\Bitrix\Main\Application::getInstance()->end();
