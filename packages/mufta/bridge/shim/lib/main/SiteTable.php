<?php

declare(strict_types=1);

namespace Bitrix\Main;

class SiteTable extends ORM\Data\DataManager
{
    public static function getTableName()
    {
        return 'b_lang';
    }

    public static function getDefaultSite()
    {
        return static::getRow(['filter' => ['=DEF' => 'Y']]);
    }
}
