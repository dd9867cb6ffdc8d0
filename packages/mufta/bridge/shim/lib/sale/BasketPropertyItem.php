<?php

declare(strict_types=1);

namespace Bitrix\Sale;

class BasketPropertyItem extends Internals\Child
{
    protected static function table(): string
    {
        return 'b_sale_basket_props';
    }

    protected static function savedEvent(): string
    {
        return '';
    }

    public function saveFor(BasketItem $item): void
    {
        if ($this->getId() === 0 || $this->isChanged()) {
            $this->write(['BASKET_ID' => $item->getId()] + $this->getFieldValues());
        }
    }
}
