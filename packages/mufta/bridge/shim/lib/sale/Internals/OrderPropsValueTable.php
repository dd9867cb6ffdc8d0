<?php

declare(strict_types=1);

namespace Bitrix\Sale\Internals;

class OrderPropsValueTable extends \Bitrix\Main\ORM\Data\DataManager
{
    public static function getTableName()
    {
        return 'b_sale_order_props_value';
    }

    /** Lists of multiple properties arrive unserialised. */
    public static function getList(array $parameters = [])
    {
        $result = parent::getList($parameters);
        $result->addFetchDataModifier(static function (array $row): array {
            if (is_string($row['VALUE'] ?? null) && preg_match('/^a:\d+:\{/', $row['VALUE']) === 1) {
                $list = @unserialize($row['VALUE'], ['allowed_classes' => false]);
                $row['VALUE'] = is_array($list) ? $list : $row['VALUE'];
            }
            return $row;
        });
        return $result;
    }
}
