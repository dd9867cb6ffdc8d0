<?php

declare(strict_types=1);

namespace Bitrix\Sale;

class ShipmentItemCollection extends Internals\Collection
{
    public static function loadFor(Shipment $shipment): static
    {
        $rows = $shipment->getId() === 0 ? [] : Internals\ShipmentItemTable::getList(['filter' => ['=ORDER_DELIVERY_ID' => $shipment->getId()], 'order' => ['ID' => 'ASC']])->fetchAll();
        return new static($shipment->getOrder(), array_map(static fn (array $row) => new ShipmentItem($row), $rows));
    }

    public function createItem(BasketItem $basketItem)
    {
        $item = new ShipmentItem(['QUANTITY' => $basketItem->getQuantity(), 'RESERVED_QUANTITY' => 0]);
        $item->basketItem = $basketItem;
        return $this->addItem($item);
    }

    public function saveFor(Shipment $shipment): void
    {
        foreach ($this->items as $item) {
            $item->saveFor($shipment);
        }
    }
}
