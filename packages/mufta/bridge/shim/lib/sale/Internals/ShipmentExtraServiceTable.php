<?php

declare(strict_types=1);

namespace Bitrix\Sale\Internals;

class ShipmentExtraServiceTable extends \Bitrix\Main\ORM\Data\DataManager
{
    public static function getTableName()
    {
        return 'b_sale_order_delivery_es';
    }
}
