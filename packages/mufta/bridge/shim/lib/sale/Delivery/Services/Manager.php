<?php

declare(strict_types=1);

namespace Bitrix\Sale\Delivery\Services;

class Manager
{
    public static function getActiveList($calculateParent = false, $fields = null)
    {
        $list = [];
        foreach (Table::getList(['filter' => ['=ACTIVE' => 'Y'], 'order' => ['SORT' => 'ASC', 'ID' => 'ASC']])->fetchAll() as $row) {
            $list[$row['ID']] = $row;
        }
        return $list;
    }

    public static function getById($id)
    {
        return Table::getRowById($id) ?? [];
    }
}
