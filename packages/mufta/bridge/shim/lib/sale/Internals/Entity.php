<?php

declare(strict_types=1);

namespace Bitrix\Sale\Internals;

use Bitrix\Main\Application;
use Bitrix\Main\ArgumentOutOfRangeException;
use Bitrix\Sale\Result;

/** A row with changed fields. */
abstract class Entity
{
    protected Fields $fields;

    final public function __construct(array $row = [])
    {
        $this->fields = new Fields($row);
    }

    abstract protected static function table(): string;

    public static function getAvailableFields()
    {
        return array_keys(Application::getConnection()->getTableFields(static::table()));
    }

    public function getId()
    {
        return (int)$this->getField('ID');
    }

    public function getField($name)
    {
        return $this->fields->get($name);
    }

    public function getFieldValues()
    {
        return $this->fields->getValues();
    }

    public function getFields()
    {
        return $this->fields;
    }

    public function setField($name, $value)
    {
        static $known = [];
        $known[static::class] ??= array_flip(static::getAvailableFields());
        if (!isset($known[static::class][$name])) {
            throw new ArgumentOutOfRangeException($name);
        }
        $result = new Result();
        if ($this->fields->get($name) == $value && $value !== null && $this->fields->get($name) !== null) {
            return $result;
        }
        $refused = $this->beforeChange((string)$name, $value);
        if ($refused !== null) {
            return $refused;
        }
        $old = $this->fields->get($name);
        if ($this->fields->change((string)$name, $value)) {
            $this->afterChange((string)$name, $old, $value);
        }
        return $result;
    }

    public function setFieldNoDemand($name, $value)
    {
        $this->fields->change((string)$name, $value);
    }

    public function setFields(array $values)
    {
        $result = new Result();
        foreach ($values as $name => $value) {
            $result->addErrors($this->setField($name, $value)->getErrors());
        }
        return $result;
    }

    public function isChanged()
    {
        return $this->fields->getOriginalValues() !== [];
    }

    protected function beforeChange(string $name, mixed $value): ?Result
    {
        return null;
    }

    protected function afterChange(string $name, mixed $old, mixed $value): void
    {
    }

    /** Inserts or updates the row by itself: no transaction, no event. */
    protected function write(array $values): void
    {
        $connection = Application::getConnection();
        $helper = $connection->getSqlHelper();
        if ($this->getId() === 0) {
            $this->fields->set('ID', (string)$connection->add(static::table(), $values));
            return;
        }
        [$set] = $helper->prepareUpdate(static::table(), $values);
        if ($set !== '') {
            $connection->queryExecute('UPDATE ' . $helper->quote(static::table()) . " SET $set WHERE ID = " . $this->getId());
        }
    }
}
