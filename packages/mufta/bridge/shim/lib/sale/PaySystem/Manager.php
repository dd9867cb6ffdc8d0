<?php

declare(strict_types=1);

namespace Bitrix\Sale\PaySystem;

class Manager
{
    public static function getList(array $parameters = [])
    {
        return \Bitrix\Sale\Internals\PaySystemActionTable::getList($parameters);
    }

    public static function getById($id)
    {
        return \Bitrix\Sale\Internals\PaySystemActionTable::getRowById($id) ?? false;
    }

    public static function getInnerPaySystemId()
    {
        return (int)(\Bitrix\Sale\Internals\PaySystemActionTable::getRow(['filter' => ['=ACTION_FILE' => 'inner']])['ID'] ?? 0);
    }
}
