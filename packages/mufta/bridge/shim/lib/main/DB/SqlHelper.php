<?php

declare(strict_types=1);

namespace Bitrix\Main\DB;

use Bitrix\Main\Type;

class SqlHelper
{
    public function __construct(private MysqliConnection $connection)
    {
    }

    public function getConnection()
    {
        return $this->connection;
    }

    public function quote($identifier)
    {
        return implode('.', array_map(
            static fn (string $part): string => '`' . str_replace('`', '', $part) . '`',
            explode('.', (string)$identifier),
        ));
    }

    public function getLeftQuote()
    {
        return '`';
    }

    public function getRightQuote()
    {
        return '`';
    }

    /** Escapes only: no quotes are added. */
    public function forSql($value, $maxLength = 0)
    {
        $text = (string)$value;
        if ($maxLength > 0) {
            $text = mb_substr($text, 0, $maxLength);
        }
        return $this->connection->getResource()->real_escape_string($text);
    }

    public function convertToDbString($value, $length = null)
    {
        return "'" . $this->forSql($value, (int)$length) . "'";
    }

    public function convertToDbText($value)
    {
        return $this->convertToDbString($value);
    }

    public function convertToDbBinary($value)
    {
        return $this->convertToDbString($value);
    }

    public function convertToDbInteger($value, $size = 8)
    {
        return (int)$value;
    }

    public function convertToDbFloat($value, $scale = null)
    {
        return "'" . ($scale === null ? (float)$value : round((float)$value, (int)$scale)) . "'";
    }

    public function convertToDbDateTime($value)
    {
        if (empty($value)) {
            return 'NULL';
        }
        if ($value instanceof Type\Date) {
            $time = (clone $value->getValue())->setTimezone(new \DateTimeZone(date_default_timezone_get()));
            return "'" . $time->format('Y-m-d H:i:s') . "'";
        }
        throw new \Bitrix\Main\ArgumentTypeException('value');
    }

    public function convertToDbDate($value)
    {
        return empty($value) ? 'NULL' : "'" . $value->format('Y-m-d') . "'";
    }

    public function convertToDb($value, $field = null)
    {
        return match (true) {
            $value === null => 'NULL',
            $value instanceof SqlExpression => $value->compile(),
            $value instanceof Type\DateTime => $this->convertToDbDateTime($value),
            $value instanceof Type\Date => $this->convertToDbDate($value),
            is_bool($value) => $value ? "'1'" : "'0'",
            is_int($value) => (string)$value,
            default => $this->convertToDbString($value),
        };
    }

    public function getCurrentDateTimeFunction()
    {
        return 'NOW()';
    }

    public function getCurrentDateFunction()
    {
        return 'CURDATE()';
    }

    public function addSecondsToDateTime($seconds, $from = null)
    {
        return 'DATE_ADD(' . ($from ?? 'NOW()') . ', INTERVAL ' . $seconds . ' SECOND)';
    }

    public function getConcatFunction(...$parts)
    {
        return 'CONCAT(' . implode(', ', $parts) . ')';
    }

    public function getIsNullFunction($expression, $result)
    {
        return "IFNULL($expression, $result)";
    }

    public function getTopSql($sql, $limit, $offset = 0)
    {
        return $limit > 0 ? "$sql\nLIMIT $offset, $limit\n" : $sql;
    }

    /** @return array{0: string, 1: string, 2: array} columns, values, binds. Unknown columns are left out, as the kernel does. */
    public function prepareInsert($tableName, array $fields, $returnAsArray = false)
    {
        $known = $this->knownFields((string)$tableName, $fields);
        $columns = array_map($this->quote(...), array_keys($known));
        $values = array_map(fn ($value) => $this->convertToDb($value), array_values($known));
        return $returnAsArray ? [$columns, $values, []] : [implode(', ', $columns), implode(', ', $values), []];
    }

    public function prepareUpdate($tableName, array $fields)
    {
        $parts = [];
        foreach ($this->knownFields((string)$tableName, $fields) as $name => $value) {
            $parts[] = $this->quote($name) . ' = ' . $this->convertToDb($value);
        }
        return [implode(', ', $parts), []];
    }

    public function prepareAssignment($tableName, $fieldName, $value)
    {
        return $this->quote($fieldName) . ' = ' . $this->convertToDb($value);
    }

    /** @return list<string> */
    public function prepareMerge($tableName, array $primaryFields, array $insertFields, array $updateFields)
    {
        [$columns, $values] = $this->prepareInsert($tableName, $insertFields);
        [$update] = $this->prepareUpdate($tableName, $updateFields);
        return ['INSERT INTO ' . $this->quote($tableName) . " ($columns) VALUES ($values) ON DUPLICATE KEY UPDATE $update"];
    }

    public function getInsertIgnore($tableName, $fields, $sql)
    {
        return "INSERT IGNORE INTO $tableName $fields $sql";
    }

    private function knownFields(string $tableName, array $fields): array
    {
        return array_intersect_key($fields, $this->connection->getTableFields($tableName));
    }
}
