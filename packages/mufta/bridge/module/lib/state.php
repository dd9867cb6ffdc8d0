<?php

declare(strict_types=1);

namespace Mufta\Bridge;

/** Facts that change often. Options are no place for them: each write drops the cache of all options. */
final class State
{
    public static function get(string $name): ?string
    {
        $row = Sql::row('SELECT VALUE FROM mufta_bridge_state WHERE NAME = ?s', $name);
        return $row === null || $row['VALUE'] === null ? null : (string)$row['VALUE'];
    }

    public static function set(string $name, string $value): void
    {
        Sql::run(
            'INSERT INTO mufta_bridge_state (NAME, VALUE, UPDATED_AT) VALUES (?s, ?s, NOW())
            ON DUPLICATE KEY UPDATE VALUE = ?s, UPDATED_AT = NOW()',
            $name,
            $value,
            $value
        );
    }

    public static function forget(string $name): void
    {
        Sql::run('DELETE FROM mufta_bridge_state WHERE NAME = ?s', $name);
    }

    /** When a fact was last written, as Unix seconds. */
    public static function changedAt(string $name): ?int
    {
        $row = Sql::row('SELECT UNIX_TIMESTAMP(UPDATED_AT) AS AT FROM mufta_bridge_state WHERE NAME = ?s', $name);
        return $row === null ? null : (int)$row['AT'];
    }
}
