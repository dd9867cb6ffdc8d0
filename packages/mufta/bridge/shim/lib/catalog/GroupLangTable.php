<?php

declare(strict_types=1);

namespace Bitrix\Catalog;

class GroupLangTable extends \Bitrix\Main\ORM\Data\DataManager
{
    public static function getTableName()
    {
        return 'b_catalog_group_lang';
    }
}
