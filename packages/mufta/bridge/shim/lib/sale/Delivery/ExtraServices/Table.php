<?php

declare(strict_types=1);

namespace Bitrix\Sale\Delivery\ExtraServices;

class Table extends \Bitrix\Main\ORM\Data\DataManager
{
    public static function getTableName()
    {
        return 'b_sale_delivery_es';
    }
}
