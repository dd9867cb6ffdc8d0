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
            $value = $row['VALUE'] ?? null;
            if (is_string($value) && str_starts_with($value, 'a:') && preg_match('/^a:\d+:\{/', $value) === 1) {
                $list = @unserialize($value, ['allowed_classes' => false]);
                $row['VALUE'] = is_array($list) ? $list : $value;
            }
            return $row;
        });
        return $result;
    }
}
