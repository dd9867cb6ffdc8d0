<?php

declare(strict_types=1);

namespace Bitrix\Main\ORM\Data;

use Bitrix\Main\Application;
use Bitrix\Main\DB\SqlExpression;
use Bitrix\Main\DB\SqlHelper;
use Bitrix\Main\Event;

/** A table with getList, add, update and delete. Filter keys need operators: a bare key means LIKE for text. */
abstract class DataManager
{
    abstract public static function getTableName();

    public static function getMap()
    {
        return [];
    }

    public static function getList(array $parameters = [])
    {
        $helper = Application::getConnection()->getSqlHelper();
        $sql = 'SELECT ' . static::selected($parameters['select'] ?? ['*'], $helper)
            . ' FROM ' . $helper->quote(static::getTableName());
        $where = static::where($parameters['filter'] ?? [], $helper);
        $sql .= $where === '' ? '' : " WHERE $where";
        $order = [];
        foreach ($parameters['order'] ?? [] as $name => $direction) {
            [$name, $direction] = is_int($name) ? [$direction, 'ASC'] : [$name, $direction];
            $order[] = $helper->quote($name) . (strtoupper($direction) === 'DESC' ? ' DESC' : ' ASC');
        }
        $sql .= $order === [] ? '' : ' ORDER BY ' . implode(', ', $order);
        $limit = (int)($parameters['limit'] ?? 0);
        $offset = (int)($parameters['offset'] ?? 0);
        return static::rows($limit > 0 ? "$sql LIMIT $offset, $limit" : $sql);
    }

    public static function getById($id)
    {
        return static::getList(['filter' => ['=ID' => $id]]);
    }

    public static function getByPrimary($primary, array $parameters = [])
    {
        $filter = [];
        foreach (is_array($primary) ? $primary : ['ID' => $primary] as $name => $value) {
            $filter["=$name"] = $value;
        }
        return static::getList(['filter' => $filter] + $parameters);
    }

    public static function getRow(array $parameters)
    {
        $row = static::getList(['limit' => 1] + $parameters)->fetch();
        return $row === false ? null : $row;
    }

    public static function getRowById($id)
    {
        $row = static::getById($id)->fetch();
        return $row === false ? null : $row;
    }

    public static function getCount($filter = [])
    {
        return count(static::getList(['select' => ['ID'], 'filter' => $filter])->fetchAll());
    }

    public static function add(array $data)
    {
        $result = new Result();
        $fields = $data['fields'] ?? $data;
        $result->setId(Application::getConnection()->add(static::getTableName(), $fields));
        static::tell('OnAfterAdd', $result->getId(), $fields);
        return $result;
    }

    public static function update($primary, array $data)
    {
        $result = new Result();
        $helper = Application::getConnection()->getSqlHelper();
        [$set] = $helper->prepareUpdate(static::getTableName(), $data);
        $where = static::primaryWhere($primary, $helper);
        Application::getConnection()->queryExecute('UPDATE ' . $helper->quote(static::getTableName()) . " SET $set WHERE $where");
        $result->setId($primary);
        static::tell('OnAfterUpdate', $primary, $data);
        return $result;
    }

    public static function delete($primary)
    {
        $helper = Application::getConnection()->getSqlHelper();
        $where = static::primaryWhere($primary, $helper);
        Application::getConnection()->queryExecute('DELETE FROM ' . $helper->quote(static::getTableName()) . " WHERE $where");
        static::tell('OnAfterDelete', $primary, []);
        return new Result();
    }

    /** ORM events: module from the namespace, type "\Namespace\Entity::OnAfter…" with a leading backslash. */
    protected static function tell(string $type, $primary, array $fields): void
    {
        $parts = explode('\\', static::class);
        $name = '\\' . preg_replace('/Table$/', '', static::class);
        $primary = is_array($primary) ? $primary : ['ID' => $primary];
        $told = ['id' => $primary, 'primary' => $primary, 'fields' => $fields];
        (new Event(strtolower($parts[1] ?? 'main'), "$name::$type", $told))->send();
    }

    private static function primaryWhere($primary, SqlHelper $helper): string
    {
        $parts = [];
        foreach (is_array($primary) ? $primary : ['ID' => $primary] as $name => $value) {
            $parts[] = $helper->quote($name) . ' = ' . $helper->convertToDb($value);
        }
        return implode(' AND ', $parts);
    }

    /** The kernel knows a table's fields from its map; here the database knows them. */
    private static function rows(string $sql): \Bitrix\Main\DB\Result
    {
        try {
            return Application::getConnection()->query($sql);
        } catch (\Bitrix\Main\DB\SqlQueryException $error) {
            if (preg_match("/^\(1054\) Unknown column '(.+?)'/", $error->getDatabaseMessage(), $found) === 1) {
                throw new \Bitrix\Main\ArgumentException("Unknown field definition `$found[1]` (" . static::class . ')');
            }
            throw $error;
        }
    }

    private static function selected(array $select, SqlHelper $helper): string
    {
        $parts = [];
        foreach ($select as $alias => $name) {
            if ($name instanceof \Bitrix\Main\ORM\Fields\ExpressionField) {
                $parts[] = $name->compile($helper) . ' AS ' . $helper->quote($name->getName());
            } elseif ($name === '*') {
                $parts[] = '*';
            } else {
                $column = $helper->quote($name);
                $parts[] = is_int($alias) ? $column : "$column AS " . $helper->quote($alias);
            }
        }
        return implode(', ', $parts);
    }

    private static function where(array $filter, SqlHelper $helper): string
    {
        $glue = ' AND ';
        $parts = [];
        foreach ($filter as $key => $value) {
            if ($key === 'LOGIC') {
                $glue = strtoupper($value) === 'OR' ? ' OR ' : ' AND ';
            } elseif (is_int($key)) {
                $parts[] = static::where($value, $helper);
            } else {
                $parts[] = static::condition($key, $value, $helper);
            }
        }
        $parts = array_filter($parts, static fn (string $part): bool => $part !== '');
        return $parts === [] ? '' : '(' . implode($glue, $parts) . ')';
    }

    private static function condition(string $key, mixed $value, SqlHelper $helper): string
    {
        preg_match('/^(>=|<=|!=|!@|!%|@|=|>|<|!|%)?(.+)$/s', $key, $found);
        [, $operator, $name] = $found;
        $column = $helper->quote($name);
        if (is_array($value) || $operator === '@' || $operator === '!@') {
            $list = implode(', ', array_map(static fn ($one) => $helper->convertToDb($one), (array)$value));
            $isNot = str_starts_with($operator, '!');
            return $list === '' ? ($isNot ? '1 = 1' : '1 = 0') : $column . ($isNot ? ' NOT IN (' : ' IN (') . "$list)";
        }
        if ($value === null || $value === false) {
            return $column . (str_starts_with($operator, '!') ? ' IS NOT NULL' : ' IS NULL');
        }
        $text = $value instanceof SqlExpression ? $value->compile() : $helper->convertToDb($value);
        return match ($operator) {
            '=', '>', '<', '>=', '<=' => "$column $operator $text",
            '!=' => "$column <> $text",
            '%' => "$column LIKE " . $helper->convertToDbString("%$value%"),
            '!%' => "$column NOT LIKE " . $helper->convertToDbString("%$value%"),
            '!' => static::isText($name) ? "$column NOT LIKE $text" : "$column <> $text",
            default => static::isText($name) ? "$column LIKE $text" : "$column = $text",
        };
    }

    private static function isText(string $name): bool
    {
        $field = Application::getConnection()->getTableFields(static::getTableName())[$name] ?? null;
        $others = [MYSQLI_TYPE_LONG, MYSQLI_TYPE_LONGLONG, MYSQLI_TYPE_SHORT, MYSQLI_TYPE_DATETIME];
        return !in_array($field?->type, $others, true);
    }
}
