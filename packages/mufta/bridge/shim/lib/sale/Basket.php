<?php

declare(strict_types=1);

namespace Bitrix\Sale;

use Bitrix\Main\Event;

class Basket extends Internals\Collection
{
    private string $siteId = 's1';

    public static function create($siteId)
    {
        $basket = new static(null);
        $basket->siteId = (string)$siteId;
        return $basket;
    }

    public static function loadOf(Order $order): static
    {
        $rows = Internals\BasketTable::getList(['filter' => ['=ORDER_ID' => $order->getId()], 'order' => ['ID' => 'ASC']])->fetchAll();
        return new static($order, array_map(static fn (array $row) => new BasketItem($row), $rows));
    }

    public function createItem($moduleId, $productId, $basketCode = null)
    {
        $item = new BasketItem([
            'MODULE' => $moduleId, 'PRODUCT_ID' => $productId, 'LID' => $this->siteId, 'CURRENCY' => 'RUB', 'PRICE' => 0, 'QUANTITY' => 1,
            'NAME' => '', 'VAT_RATE' => null, 'VAT_INCLUDED' => 'Y', 'DISCOUNT_PRICE' => 0, 'XML_ID' => 'bx_' . bin2hex(random_bytes(4)),
        ]);
        return $this->addItem($item);
    }

    /** The top rows: children of a set are left out. */
    public function getBasketItems()
    {
        return array_values(array_filter($this->items, static fn (BasketItem $item): bool => !$item->isBundleChild()));
    }

    public function getOrderableItems()
    {
        return $this;
    }

    public function getPrice()
    {
        return array_sum(array_map(static fn (BasketItem $item): float => $item->getFinalPrice(), $this->getBasketItems()));
    }

    public function save()
    {
        $isChanged = $this->isChanged();
        $result = parent::save();
        if ($isChanged) {
            (new Event('sale', 'OnSaleBasketSaved', ['ENTITY' => $this]))->send();
        }
        return $result;
    }
}
