<?php

declare(strict_types=1);

namespace Mufta\Bridge;

/**
 * Second line of defence behind the guard: a row that tells of nothing but the runtime's own last write (another
 * module's event came after the guard was down) is dropped. It is one when the order still has the version that the
 * write made and still looks the same, byte by byte.
 */
final class EchoFilter
{
    /**
     * @param list<array<string, mixed>> $rows
     * @return list<array<string, mixed>> without the echoes, which are acknowledged
     */
    public static function apply(string $token, array $rows): array
    {
        $suspects = self::suspects($rows);
        if ($suspects === []) {
            return $rows;
        }
        $echoes = [];
        $reader = new OrderReader();
        foreach ($reader->each(array_keys($suspects)) as $id => $order) {
            ['rowId' => $rowId, 'snapshot' => $snapshot] = $suspects[$id];
            if (Snapshot::of($order, $reader->kinds()) === $snapshot) {
                $echoes[] = $rowId;
            }
        }
        if ($echoes === []) {
            return $rows;
        }
        Outbox::acknowledge($token, $echoes);
        return array_values(array_filter(
            $rows,
            static fn (array $row): bool => !in_array($row['id'], $echoes, true)
        ));
    }

    /** @return array<int, array{rowId: string, snapshot: string}> by order id */
    private static function suspects(array $rows): array
    {
        $byOrder = [];
        foreach ($rows as $row) {
            if ($row['entity'] === 'order' && $row['version'] !== null && $row['deleted'] === false) {
                $byOrder[(int)$row['entityId']] = $row;
            }
        }
        $suspects = [];
        foreach (Applied::lastOf('order', array_keys($byOrder)) as $applied) {
            $id = (int)$applied['ENTITY_ID'];
            $isSame = (int)$applied['VERSION'] === $byOrder[$id]['version'];
            if ($isSame && $applied['VERSION'] !== null && $applied['SNAPSHOT'] !== null) {
                $suspects[$id] = ['rowId' => $byOrder[$id]['id'], 'snapshot' => (string)$applied['SNAPSHOT']];
            } else {
                unset($suspects[$id]);
            }
        }
        return $suspects;
    }
}
