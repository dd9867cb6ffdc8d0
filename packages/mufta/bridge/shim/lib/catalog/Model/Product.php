<?php

declare(strict_types=1);

namespace Bitrix\Catalog\Model;

class Product extends Entity
{
    protected static function table(): string
    {
        return \Bitrix\Catalog\ProductTable::class;
    }
}
