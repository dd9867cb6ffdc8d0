<?php

declare(strict_types=1);

namespace Bitrix\Sale;

/** json_encode of the object gives no text: call getValue(), which may give a list. */
class PropertyValue extends Internals\Child implements \JsonSerializable
{
    /** @var array<string, mixed> the property's row */
    public array $property = [];

    protected static function table(): string
    {
        return 'b_sale_order_props_value';
    }

    protected static function savedEvent(): string
    {
        return 'OnSalePropertyValueEntitySaved';
    }

    public function getPropertyId()
    {
        return (int)$this->getField('ORDER_PROPS_ID');
    }

    public function getName()
    {
        return $this->getField('NAME');
    }

    public function getType()
    {
        return $this->property['TYPE'] ?? 'STRING';
    }

    public function getProperty()
    {
        return $this->property;
    }

    public function isUtil()
    {
        return false;
    }

    public function getValue()
    {
        $value = $this->getField('VALUE');
        if (is_array($value)) {
            return $value;
        }
        if (($this->property['MULTIPLE'] ?? 'N') !== 'Y' || !is_string($value)) {
            return $value;
        }
        $list = @unserialize($value, ['allowed_classes' => false]);
        return is_array($list) ? $list : ($value === '' ? [] : [$value]);
    }

    public function setValue($value)
    {
        return $this->setField('VALUE', is_array($value) ? serialize($value) : $value);
    }

    public function save()
    {
        return $this->isChanged() ? parent::save() : new Result();
    }

    public function jsonSerialize(): object
    {
        return new \stdClass();
    }
}
