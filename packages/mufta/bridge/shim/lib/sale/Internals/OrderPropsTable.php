<?php

declare(strict_types=1);

namespace Bitrix\Sale\Internals;

class OrderPropsTable extends \Bitrix\Main\ORM\Data\DataManager
{
    public static function getTableName()
    {
        return 'b_sale_order_props';
    }
}
