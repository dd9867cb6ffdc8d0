<?php

declare(strict_types=1);

namespace Bitrix\Sale;

class Shipment extends Internals\Child
{
    private ?ShipmentItemCollection $goods = null;

    protected static function table(): string
    {
        return 'b_sale_order_delivery';
    }

    protected static function savedEvent(): string
    {
        return 'OnSaleShipmentEntitySaved';
    }

    public function isSystem()
    {
        return $this->getField('SYSTEM') === 'Y';
    }

    public function isShipped()
    {
        return $this->getField('DEDUCTED') === 'Y';
    }

    public function isAllowDelivery()
    {
        return $this->getField('ALLOW_DELIVERY') === 'Y';
    }

    public function isCanceled()
    {
        return $this->getField('CANCELED') === 'Y';
    }

    public function getPrice()
    {
        return (float)$this->getField('PRICE_DELIVERY');
    }

    public function getCurrency()
    {
        return $this->getField('CURRENCY');
    }

    public function getDeliveryId()
    {
        return (int)$this->getField('DELIVERY_ID');
    }

    public function getDeliveryName()
    {
        return $this->getField('DELIVERY_NAME');
    }

    public function allowDelivery()
    {
        return $this->setField('ALLOW_DELIVERY', 'Y');
    }

    public function disallowDelivery()
    {
        return $this->setField('ALLOW_DELIVERY', 'N');
    }

    public function getShipmentItemCollection()
    {
        return $this->goods ??= ShipmentItemCollection::loadFor($this);
    }

    protected function afterChange(string $name, mixed $old, mixed $value): void
    {
        match ($name) {
            'DEDUCTED' => $this->later('OnShipmentDeducted'),
            'ALLOW_DELIVERY' => $this->later('OnShipmentAllowDelivery'),
            'TRACKING_NUMBER' => $this->later('OnShipmentTrackingNumberChange'),
            'STATUS_ID' => $this->later('OnSaleStatusShipmentChange', ['VALUE' => $value, 'OLD_VALUE' => $old]),
            default => null,
        };
    }

    protected function links(): array
    {
        if ($this->getId() > 0) {
            return [];
        }
        return parent::links() + ['ACCOUNT_NUMBER' => $this->order->getId() . '/' . (1 + count(Internals\ShipmentTable::getList(['filter' => ['=ORDER_ID' => $this->order->getId()]])->fetchAll()))];
    }

    public function save()
    {
        $result = parent::save();
        $this->goods?->saveFor($this);
        return $result;
    }
}
