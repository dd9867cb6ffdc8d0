<?php

declare(strict_types=1);

namespace Bitrix\Sale;

class PersonType
{
    public static function load($siteId = null, $personTypeId = null)
    {
        $list = [];
        foreach (Internals\PersonTypeTable::getList(['order' => ['SORT' => 'ASC', 'ID' => 'ASC']])->fetchAll() as $row) {
            $list[$row['ID']] = $row;
        }
        return $list;
    }

    public static function getList(array $parameters = [])
    {
        return Internals\PersonTypeTable::getList($parameters);
    }
}
