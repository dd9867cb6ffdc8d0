<?php

declare(strict_types=1);

namespace Bitrix\Sale;

/** Holds the technical ("system") shipment with the goods that no other shipment has. */
class ShipmentCollection extends Internals\Collection
{
    public static function loadOf(Order $order): static
    {
        $rows = $order->getId() === 0
            ? [['SYSTEM' => 'Y', 'DELIVERY_ID' => 1, 'DELIVERY_NAME' => '', 'STATUS_ID' => 'DN', 'CURRENCY' => $order->getCurrency()]]
            : Internals\ShipmentTable::getList(['filter' => ['=ORDER_ID' => $order->getId()], 'order' => ['ID' => 'ASC']])->fetchAll();
        return new static($order, array_map(static fn (array $row) => new Shipment($row), $rows));
    }

    /** @param array{ID: int, NAME: string}|null $delivery */
    public function createItem($delivery = null)
    {
        return $this->addItem(new Shipment([
            'DELIVERY_ID' => $delivery['ID'] ?? 2, 'DELIVERY_NAME' => $delivery['NAME'] ?? 'Курьер', 'STATUS_ID' => 'DN', 'SYSTEM' => 'N',
            'CURRENCY' => $this->order->getCurrency(), 'ALLOW_DELIVERY' => 'N', 'DEDUCTED' => 'N', 'CANCELED' => 'N', 'PRICE_DELIVERY' => 0,
        ]));
    }

    public function getNotSystemItems()
    {
        return new static($this->order, array_values(array_filter($this->items, static fn (Shipment $one): bool => !$one->isSystem())));
    }

    public function getSystemShipment()
    {
        foreach ($this->items as $shipment) {
            if ($shipment->isSystem()) {
                return $shipment;
            }
        }
        return null;
    }

    public function isShipped()
    {
        foreach ($this->items as $shipment) {
            if (!$shipment->isSystem() && !$shipment->isShipped()) {
                return false;
            }
        }
        return count($this->items) > 1;
    }
}
