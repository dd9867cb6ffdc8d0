<?php

declare(strict_types=1);

namespace Bitrix\Sale\Internals;

use Bitrix\Sale\Order;

abstract class Collection implements \IteratorAggregate, \Countable, \ArrayAccess
{
    /** @param list<Child> $items */
    final public function __construct(protected ?Order $order, protected array $items = [])
    {
        foreach ($items as $item) {
            $item->collection = $this;
        }
        if ($order !== null) {
            $this->bindOrder($order);
        }
    }

    public function bindOrder(Order $order): void
    {
        $this->order = $order;
        foreach ($this->items as $item) {
            $item->bindOrder($order);
        }
    }

    public function getOrder()
    {
        return $this->order;
    }

    public function addItem($item)
    {
        $item->collection = $this;
        $this->items[] = $this->order === null ? $item : $item->bindOrder($this->order);
        return $item;
    }

    public function getItemById($id)
    {
        foreach ($this->items as $item) {
            if ($item->getId() === (int)$id) {
                return $item;
            }
        }
        return null;
    }

    public function getItemByIndex($index)
    {
        return $this->items[$index] ?? null;
    }

    public function isEmpty()
    {
        return $this->items === [];
    }

    public function isChanged()
    {
        foreach ($this->items as $item) {
            if ($item->getId() === 0 || $item->isChanged()) {
                return true;
            }
        }
        return false;
    }

    public function getIterator(): \Traversable
    {
        return new \ArrayIterator($this->items);
    }

    public function count(): int
    {
        return count($this->items);
    }

    public function offsetExists($offset): bool
    {
        return isset($this->items[$offset]);
    }

    #[\ReturnTypeWillChange]
    public function offsetGet($offset)
    {
        return $this->items[$offset] ?? null;
    }

    public function offsetSet($offset, $value): void
    {
        $this->items[] = $value;
    }

    public function offsetUnset($offset): void
    {
        unset($this->items[$offset]);
    }

    /** Children's errors become the order's warnings. */
    public function save()
    {
        $result = new \Bitrix\Sale\Result();
        foreach ($this->items as $item) {
            $result->addErrors($item->save()->getErrors());
        }
        return $result;
    }
}
