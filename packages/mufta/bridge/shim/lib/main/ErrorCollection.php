<?php

declare(strict_types=1);

namespace Bitrix\Main;

class ErrorCollection implements \IteratorAggregate, \Countable
{
    /** @param list<Error> $errors */
    public function __construct(private array $errors = [])
    {
    }

    public function add(array $errors)
    {
        array_push($this->errors, ...$errors);
    }

    public function setError(Error $error)
    {
        $this->errors[] = $error;
    }

    public function toArray()
    {
        return $this->errors;
    }

    public function isEmpty()
    {
        return $this->errors === [];
    }

    public function getIterator(): \Traversable
    {
        return new \ArrayIterator($this->errors);
    }

    public function count(): int
    {
        return count($this->errors);
    }
}
