<?php

declare(strict_types=1);

namespace Bitrix\Main\Data;

class ManagedCache
{
    public function cleanAll()
    {
    }

    public function clean($id, $tableId = false)
    {
    }

    public function cleanDir($tableId)
    {
    }
}
