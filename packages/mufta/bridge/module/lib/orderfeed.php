<?php

declare(strict_types=1);

namespace Mufta\Bridge;

use Bitrix\Sale\Internals\OrderTable;

/** Which orders exist and which of them changed. */
final class OrderFeed
{
    /**
     * Orders changed since a time, oldest first. Many may share one second, so the place is kept by time and id: first
     * the rest of that second, then what is later; two index ranges instead of one OR.
     *
     * @return array<string, mixed>
     */
    public static function changed(?string $since, ?int $afterId, int $limit): array
    {
        Rows::needModule('sale');
        $now = self::now();
        if ($since === null) {
            return [
                'changes' => [],
                'next' => ['since' => $now, 'afterId' => null],
                'more' => false,
                'now' => $now,
            ];
        }
        $time = Clock::toKernel($since);
        $select = ['ID', 'VERSION', Rows::timeText('DATE_UPDATE')];
        $order = ['DATE_UPDATE' => 'ASC', 'ID' => 'ASC'];
        $filter = self::ofSites() + ['=DATE_UPDATE' => $time, '>ID' => $afterId ?? 0];
        $rows = Rows::all(OrderTable::class, $select, $filter, $order, $limit + 1);
        if (count($rows) <= $limit) {
            $filter = self::ofSites() + ['>DATE_UPDATE' => $time];
            $rest = $limit + 1 - count($rows);
            $rows = [...$rows, ...Rows::all(OrderTable::class, $select, $filter, $order, $rest)];
        }
        $page = array_slice($rows, 0, $limit);
        $changes = array_map(static fn (array $row): array => [
            'id' => (string)$row['ID'],
            'version' => $row['VERSION'] === null ? null : (int)$row['VERSION'],
            'updatedAt' => (string)Clock::fromText($row['DATE_UPDATE_TEXT']),
        ], $page);
        $last = end($changes);
        return [
            'changes' => $changes,
            'next' => $last === false
                ? ['since' => $since, 'afterId' => $afterId === null ? null : (string)$afterId]
                : ['since' => $last['updatedAt'], 'afterId' => $last['id']],
            'more' => count($rows) > $limit,
            'now' => $now,
        ];
    }

    /** @return array{ids: list<string>, more: bool} ascending; `since` = placed at or after this time */
    public static function ids(?int $afterId, int $limit, ?string $since): array
    {
        Rows::needModule('sale');
        $filter = self::ofSites() + ['>ID' => $afterId ?? 0];
        if ($since !== null) {
            $filter['>=DATE_INSERT'] = Clock::toKernel($since);
        }
        $rows = Rows::all(OrderTable::class, ['ID'], $filter, ['ID' => 'ASC'], $limit + 1);
        $page = array_slice($rows, 0, $limit);
        return [
            'ids' => array_map(static fn (array $row): string => (string)$row['ID'], $page),
            'more' => count($rows) > $limit,
        ];
    }

    /** @return array<string, mixed> */
    private static function ofSites(): array
    {
        $sites = Settings::sites();
        return $sites === [] ? [] : ['@LID' => $sites];
    }

    /**
     * The clocks of PHP and of the database may differ, and a shop may write either into DATE_UPDATE: the earlier of
     * both misses nothing.
     */
    private static function now(): string
    {
        $row = Sql::row('SELECT NOW() AS DB_NOW');
        $there = Clock::iso($row['DB_NOW'] ?? null);
        $here = Clock::fromUnix(time());
        return $there !== null && strtotime($there) < strtotime($here) ? $there : $here;
    }
}
