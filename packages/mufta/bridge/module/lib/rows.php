<?php

declare(strict_types=1);

namespace Mufta\Bridge;

use Bitrix\Main\Loader;

/** Rows of the kernel's tables, read in bulk: the number of queries does not grow with the number of orders. */
final class Rows
{
    /**
     * @param class-string $table a kernel's DataManager
     * @param array<string, mixed> $filter
     * @param list<string> $select
     * @param array<string, string> $order
     * @return list<array<string, mixed>>
     */
    public static function all(string $table, array $select, array $filter, array $order, ?int $limit = null): array
    {
        $query = ['select' => $select, 'filter' => $filter, 'order' => $order];
        if ($limit !== null) {
            $query['limit'] = $limit;
        }
        $result = $table::getList($query);
        $rows = [];
        while (is_array($row = $result->fetch())) {
            $rows[] = $row;
        }
        return $rows;
    }

    /**
     * @param list<array<string, mixed>> $rows
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
