<?php

declare(strict_types=1);

namespace Bitrix\Sale;

class ShipmentItem extends Internals\Child
{
    public ?BasketItem $basketItem = null;

    protected static function table(): string
    {
        return 'b_sale_order_dlv_basket';
    }

    protected static function savedEvent(): string
    {
        return '';
    }

    public function getBasketId()
    {
        return (int)$this->getField('BASKET_ID');
    }

    public function getBasketItem()
    {
        return $this->basketItem ??= $this->order?->getBasket()?->getItemById($this->getBasketId());
    }

    public function getQuantity()
    {
        return (float)$this->getField('QUANTITY');
    }

    public function saveFor(Shipment $shipment): void
    {
        if ($this->getId() === 0 || $this->isChanged()) {
            $this->write(['ORDER_DELIVERY_ID' => $shipment->getId(), 'BASKET_ID' => $this->basketItem?->getId() ?? $this->getBasketId()] + $this->getFieldValues());
        }
    }
}
