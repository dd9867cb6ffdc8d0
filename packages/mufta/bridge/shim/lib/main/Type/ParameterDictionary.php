<?php

declare(strict_types=1);

namespace Bitrix\Main\Type;

class ParameterDictionary implements \ArrayAccess, \IteratorAggregate, \Countable
{
    public function __construct(protected array $values = [])
    {
    }

    public function get($name)
    {
        return $this->values[$name] ?? null;
    }

    public function set($name, $value = null)
    {
        $this->values[$name] = $value;
    }

    public function getValues()
    {
        return $this->values;
    }

    public function toArray()
    {
        return $this->values;
    }

    public function isEmpty()
    {
        return $this->values === [];
    }

    public function offsetExists($offset): bool
    {
        return isset($this->values[$offset]);
    }

    #[\ReturnTypeWillChange]
    public function offsetGet($offset)
    {
        return $this->get($offset);
    }

    public function offsetSet($offset, $value): void
    {
        $this->values[$offset] = $value;
    }

    public function offsetUnset($offset): void
    {
        unset($this->values[$offset]);
    }

    public function getIterator(): \Traversable
    {
        return new \ArrayIterator($this->values);
    }

    public function count(): int
    {
        return count($this->values);
    }
}
