<?php

declare(strict_types=1);

namespace Mufta\Bridge;

use Bitrix\Main\Loader;
use Bitrix\Main\ORM\Fields\ExpressionField;

/** Rows of the kernel's tables, read in bulk: the number of queries does not grow with the number of orders. */
final class Rows
{
    /** Ids of a range to ids that are wanted, at most: a row read in vain costs more than an id in a list. */
    private const DENSE = 1.2;

    /**
     * @param class-string $table a kernel's DataManager
     * @param array<string, mixed> $filter
     * @param list<string|ExpressionField> $select
     * @param array<string, string> $order
     * @return list<array<string, mixed>>
     */
    public static function all(string $table, array $select, array $filter, array $order, ?int $limit = null): array
    {
        $query = ['select' => $select, 'filter' => $filter, 'order' => $order];
        if ($limit !== null) {
            $query['limit'] = $limit;
        }
        return $table::getList($query)->fetchAll();
    }

    /**
     * What many owners own, each row in its shape as soon as it is read: whole rows of a page would be several times
     * as large. The parts of one owner stand by their id. They are sorted here: where the database reads the whole
     * table, sorting is half of its work.
     *
     * @param class-string $table
     * @param list<string|ExpressionField> $select with ID and the owner's field
     * @param array<string, mixed> $filter
     * @param array<int, mixed> $owners by id; rows of others are left out
     * @param callable(array<string, mixed>, mixed): list<mixed> $shape of a row, with its owner
     * @return array<int, array<int, list<mixed>>> by owner, by id
     */
    public static function byOwner(
        string $table,
        string $owner,
        array $select,
        array $filter,
        array $owners,
        callable $shape
    ): array {
        $groups = [];
        $last = 0;
        $isSorted = true;
        $rows = $table::getList(['select' => $select, 'filter' => $filter]);
        while (($row = $rows->fetch()) !== false) {
            $id = (int)$row[$owner];
            if (isset($owners[$id])) {
                $part = (int)$row['ID'];
                $groups[$id][$part] = $shape($row, $owners[$id]);
                $isSorted = $isSorted && $part > $last;
                $last = $part;
            }
        }
        if (!$isSorted) {
            foreach ($groups as &$group) {
                ksort($group);
            }
        }
        return $groups;
    }

    /** A time as text, under its name and "_TEXT". */
    public static function timeText(string $field): ExpressionField
    {
        return new ExpressionField($field . '_TEXT', 'CAST(%s AS CHAR)', [$field]);
    }

    /**
     * Rows of these owners; where the ids are close together, rows of a few others may come too. A range is found
     * quicker than a list of hundreds of ids, which the database reads, sorts and looks through.
     *
     * @param non-empty-list<int> $ids
     * @param float $density ids of a range to ids that are wanted, at most, where most of the others have no rows
     * @return array<string, mixed> a filter
     */
    public static function about(string $field, array $ids, float $density = self::DENSE): array
    {
        $least = min($ids);
        $most = max($ids);
        return $most - $least < $density * count($ids)
            ? [">=$field" => $least, "<=$field" => $most]
            : ["@$field" => $ids];
    }

    /**
     * @param array<array<string, mixed>> $rows
     * @return array<int, list<array<string, mixed>>>
     */
    public static function groupBy(array $rows, string $field): array
    {
        $groups = [];
        foreach ($rows as $row) {
            $groups[(int)$row[$field]][] = $row;
        }
        return $groups;
    }

    /** @throws Failure NOT_CONFIGURED when the shop has no such module */
    public static function needModule(string $module): void
    {
        if (!Loader::includeModule($module)) {
            throw new Failure('NOT_CONFIGURED', 'The site has no module ' . $module);
        }
    }
}
