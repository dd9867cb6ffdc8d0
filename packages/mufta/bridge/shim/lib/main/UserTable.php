<?php

declare(strict_types=1);

namespace Bitrix\Main;

class UserTable extends ORM\Data\DataManager
{
    public static function getTableName()
    {
        return 'b_user';
    }
}
