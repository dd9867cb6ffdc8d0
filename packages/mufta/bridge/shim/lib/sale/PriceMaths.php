<?php

declare(strict_types=1);

namespace Bitrix\Sale;

class PriceMaths
{
    public static function roundPrecision($value)
    {
        return round((float)$value, (int)\Bitrix\Main\Config\Option::get('sale', 'value_precision_v2', 8));
    }
}
