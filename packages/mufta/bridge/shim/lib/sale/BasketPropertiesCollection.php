<?php

declare(strict_types=1);

namespace Bitrix\Sale;

class BasketPropertiesCollection extends Internals\Collection
{
    public static function loadFor(BasketItem $item): static
    {
        $rows = $item->getId() === 0 ? [] : Internals\BasketPropertyTable::getList([
            'filter' => ['=BASKET_ID' => $item->getId()], 'order' => ['SORT' => 'ASC', 'ID' => 'ASC'],
        ])->fetchAll();
        return new static($item->getOrder(), array_map(static fn (array $row) => new BasketPropertyItem($row), $rows));
    }

    public function createItem()
    {
        return $this->addItem(new BasketPropertyItem(['NAME' => '', 'SORT' => 100]));
    }

    /** @return array<string, array<string, mixed>> */
    public function getPropertyValues()
    {
        $values = [];
        foreach ($this->items as $item) {
            $values[(string)$item->getField('CODE')] = $item->getFieldValues();
        }
        return $values;
    }

    public function saveFor(BasketItem $item): void
    {
        foreach ($this->items as $property) {
            $property->saveFor($item);
        }
    }
}
