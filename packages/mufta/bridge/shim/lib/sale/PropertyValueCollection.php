<?php

declare(strict_types=1);

namespace Bitrix\Sale;

/** One value object per property of the order's person type. The finders return an OBJECT or null, never text. */
class PropertyValueCollection extends Internals\Collection
{
    public static function loadOf(Order $order): static
    {
        $values = [];
        if ($order->getId() > 0) {
            foreach (Internals\OrderPropsValueTable::getList(['filter' => ['=ORDER_ID' => $order->getId()]])->fetchAll() as $row) {
                $values[$row['ORDER_PROPS_ID']] = $row;
            }
        }
        $items = [];
        $filter = ['=PERSON_TYPE_ID' => $order->getPersonTypeId(), '=ACTIVE' => 'Y'];
        foreach (Internals\OrderPropsTable::getList(['filter' => $filter, 'order' => ['SORT' => 'ASC', 'ID' => 'ASC']])->fetchAll() as $property) {
            $row = $values[$property['ID']] ?? ['ORDER_PROPS_ID' => $property['ID'], 'NAME' => $property['NAME'], 'CODE' => $property['CODE'], 'VALUE' => null];
            $value = new PropertyValue($row);
            $value->property = $property;
            $items[] = $value;
        }
        return new static($order, $items);
    }

    /** A property without a value row is no change. */
    public function isChanged()
    {
        return array_filter($this->items, static fn (PropertyValue $one): bool => $one->isChanged()) !== [];
    }

    public function getUserEmail()
    {
        return $this->byFlag('IS_EMAIL');
    }

    public function getPhone()
    {
        return $this->byFlag('IS_PHONE');
    }

    public function getPayerName()
    {
        return $this->byFlag('IS_PAYER');
    }

    public function getAddress()
    {
        return $this->byFlag('IS_ADDRESS');
    }

    public function getDeliveryLocation()
    {
        return $this->byFlag('IS_LOCATION');
    }

    public function getDeliveryLocationZip()
    {
        return $this->byFlag('IS_ZIP');
    }

    public function getProfileName()
    {
        return $this->byFlag('IS_PROFILE_NAME');
    }

    public function getItemByOrderPropertyCode($code)
    {
        return $this->getItemsByOrderPropertyCode($code)[0] ?? null;
    }

    public function getItemsByOrderPropertyCode($code)
    {
        return array_values(array_filter($this->items, static fn (PropertyValue $one): bool => $one->getField('CODE') === $code));
    }

    public function getItemByOrderPropertyId($id)
    {
        foreach ($this->items as $item) {
            if ($item->getPropertyId() === (int)$id) {
                return $item;
            }
        }
        return null;
    }

    public function getArray()
    {
        return ['properties' => array_map(static fn (PropertyValue $one): array => $one->getProperty() + ['VALUE' => (array)$one->getValue()], $this->items)];
    }

    /** Among several the first that is not empty. */
    private function byFlag(string $flag): ?PropertyValue
    {
        $first = null;
        foreach ($this->items as $item) {
            if (($item->getProperty()[$flag] ?? 'N') !== 'Y') {
                continue;
            }
            $first ??= $item;
            if ((string)(is_array($item->getValue()) ? '' : $item->getValue()) !== '') {
                return $item;
            }
        }
        return $first;
    }
}
