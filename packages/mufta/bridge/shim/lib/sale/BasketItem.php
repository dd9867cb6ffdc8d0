<?php

declare(strict_types=1);

namespace Bitrix\Sale;

use Bitrix\Main\Event;

/** Amounts are floats. VAT_RATE is a fraction (0.2) or null; VAT_INCLUDED = 'N' means that getPrice() is net. */
class BasketItem extends Internals\Child
{
    private ?BasketPropertiesCollection $properties = null;

    protected static function table(): string
    {
        return 'b_sale_basket';
    }

    protected static function savedEvent(): string
    {
        return 'OnSaleBasketItemEntitySaved';
    }

    public function getProductId()
    {
        return (int)$this->getField('PRODUCT_ID');
    }

    public function getQuantity()
    {
        return (float)$this->getField('QUANTITY');
    }

    public function getPrice()
    {
        return (float)$this->getField('PRICE');
    }

    public function getBasePrice()
    {
        return (float)($this->getField('BASE_PRICE') ?? $this->getField('PRICE'));
    }

    public function getDiscountPrice()
    {
        return (float)$this->getField('DISCOUNT_PRICE');
    }

    public function getPriceWithVat()
    {
        return $this->isVatInPrice() ? $this->getPrice() : $this->getPrice() * (1 + ($this->getVatRate() ?? 0.0));
    }

    public function getFinalPrice()
    {
        return $this->getPriceWithVat() * $this->getQuantity();
    }

    public function getVatRate()
    {
        $rate = $this->getField('VAT_RATE');
        return $rate === null ? null : (float)$rate;
    }

    public function isVatInPrice()
    {
        return $this->getField('VAT_INCLUDED') === 'Y';
    }

    public function getCurrency()
    {
        return $this->getField('CURRENCY');
    }

    public function getBasketCode()
    {
        return $this->getId();
    }

    public function canBuy()
    {
        return $this->getField('CAN_BUY') !== 'N';
    }

    public function isDelay()
    {
        return $this->getField('DELAY') === 'Y';
    }

    public function isBundleParent()
    {
        return (string)$this->getField('TYPE') === '1';
    }

    public function isBundleChild()
    {
        return (int)$this->getField('SET_PARENT_ID') > 0 && (int)$this->getField('SET_PARENT_ID') !== $this->getId();
    }

    public function getPropertyCollection()
    {
        return $this->properties ??= BasketPropertiesCollection::loadFor($this);
    }

    public function save()
    {
        if ($this->isChanged() || $this->getId() === 0) {
            (new Event('sale', 'OnSaleBasketItemBeforeSaved', ['ENTITY' => $this]))->send();
        }
        $result = parent::save();
        $this->properties?->saveFor($this);
        return $result;
    }
}
