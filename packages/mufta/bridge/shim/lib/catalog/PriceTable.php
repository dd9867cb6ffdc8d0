<?php

declare(strict_types=1);

namespace Bitrix\Catalog;

class PriceTable extends \Bitrix\Main\ORM\Data\DataManager
{
    public static function getTableName()
    {
        return 'b_catalog_price';
    }
}
