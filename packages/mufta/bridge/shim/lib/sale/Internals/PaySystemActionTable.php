<?php

declare(strict_types=1);

namespace Bitrix\Sale\Internals;

class PaySystemActionTable extends \Bitrix\Main\ORM\Data\DataManager
{
    public static function getTableName()
    {
        return 'b_sale_pay_system_action';
    }
}
