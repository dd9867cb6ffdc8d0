<?php

declare(strict_types=1);

namespace Bitrix\Main\DB;

use Bitrix\Main\Type;

/** Rows of a query: everything is text, except that dates become objects. */
class Result implements \IteratorAggregate
{
    /** @var array<string, string> column => class */
    private array $times = [];

    public function __construct(private \mysqli_result|bool $rows, private ?MysqliConnection $connection = null)
    {
        foreach ($rows instanceof \mysqli_result ? $rows->fetch_fields() : [] as $field) {
            if (in_array($field->type, [MYSQLI_TYPE_DATETIME, MYSQLI_TYPE_TIMESTAMP], true)) {
                $this->times[$field->name] = Type\DateTime::class;
            } elseif ($field->type === MYSQLI_TYPE_DATE) {
                $this->times[$field->name] = Type\Date::class;
            }
        }
    }

    /** @var list<callable(array<string, mixed>): array<string, mixed>> */
    private array $modifiers = [];

    public function addFetchDataModifier(callable $modifier)
    {
        $this->modifiers[] = $modifier;
    }

    public function fetchRaw()
    {
        return $this->rows instanceof \mysqli_result ? ($this->rows->fetch_assoc() ?? false) : false;
    }

    public function fetch()
    {
        $row = $this->fetchRaw();
        if ($row === false) {
            return false;
        }
        foreach ($this->times as $name => $class) {
            if ($row[$name] === null || str_starts_with($row[$name], '0000')) {
                $row[$name] = null;
                continue;
            }
            $short = $class === Type\Date::class;
            $row[$name] = new $class($short ? $row[$name] : substr($row[$name], 0, 19), $short ? 'Y-m-d' : 'Y-m-d H:i:s');
        }
        foreach ($this->modifiers as $modifier) {
            $row = $modifier($row);
        }
        return $row;
    }

    public function fetchAll()
    {
        $all = [];
        while (($row = $this->fetch()) !== false) {
            $all[] = $row;
        }
        return $all;
    }

    public function getSelectedRowsCount()
    {
        return $this->rows instanceof \mysqli_result ? (int)$this->rows->num_rows : 0;
    }

    public function getIterator(): \Traversable
    {
        while (($row = $this->fetch()) !== false) {
            yield $row;
        }
    }
}
