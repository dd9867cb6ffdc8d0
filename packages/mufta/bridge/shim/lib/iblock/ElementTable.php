<?php

declare(strict_types=1);

namespace Bitrix\Iblock;

class ElementTable extends \Bitrix\Main\ORM\Data\DataManager
{
    public static function getTableName()
    {
        return 'b_iblock_element';
    }
}
