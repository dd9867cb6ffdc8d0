<?php

declare(strict_types=1);

namespace Mufta\Bridge;

/**
 * What changed and was not told to the runtime yet. One row per entity, so a thousand saves of one order are one row
 * and its order is kept; the row counts its revisions, and one that changed while it was being delivered stays.
 * AVAILABLE_AT is both the time of the next attempt and the end of a lease. All times are the database's own.
 * States: W waiting (or leased), D dead. A delivered row is deleted.
 */
final class Outbox
{
    public const MAX_ATTEMPTS = 12;
    private const MAX_BACKOFF = 3600;

    /** One statement: this runs while a buyer waits. */
    public static function add(string $entity, string $id, string $reason, ?int $version, bool $deleted = false): void
    {
        $flag = $deleted ? 'Y' : 'N';
        // MySQL assigns from left to right: STATUS is read by the lines above before it is set.
        Sql::run(
            'INSERT INTO mufta_bridge_outbox
            (ENTITY, ENTITY_ID, REASON, VERSION, DELETED, AVAILABLE_AT, CREATED_AT, CHANGED_AT)
            VALUES (?s, ?s, ?s, ?m, ?s, NOW(), NOW(), NOW())
            ON DUPLICATE KEY UPDATE
            REVISION = REVISION + 1,
            REASON = ?s,
            VERSION = COALESCE(?m, VERSION),
            DELETED = GREATEST(DELETED, ?s),
            CHANGED_AT = NOW(),
            AVAILABLE_AT = IF(STATUS = \'D\', NOW(), AVAILABLE_AT),
            ATTEMPTS = IF(STATUS = \'D\', 0, ATTEMPTS),
            STATUS = \'W\'',
            $entity,
            $id,
            $reason,
            $version,
            $flag,
            $reason,
            $version,
            $flag
        );
    }

    /**
     * Leases due rows to one worker. An attempt is counted here, so that a row which kills its worker ends as dead.
     *
     * @return array{token: string, rows: list<array<string, mixed>>}
     */
    public static function claim(int $limit, int $leaseSeconds, ?string $token = null): array
    {
        if ($token !== null && self::renew($token, $leaseSeconds) > 0) {
            return ['token' => $token, 'rows' => self::rowsOf($token)];
        }
        $token = bin2hex(random_bytes(16));
        self::buryExhausted();
        Sql::run(
            'UPDATE mufta_bridge_outbox
            SET LEASE_TOKEN = ?s, LEASE_REVISION = REVISION, ATTEMPTS = ATTEMPTS + 1,
            AVAILABLE_AT = DATE_ADD(NOW(), INTERVAL ?i SECOND)
            WHERE STATUS = \'W\' AND AVAILABLE_AT <= NOW()
            ORDER BY AVAILABLE_AT, ID LIMIT ?i',
            $token,
            $leaseSeconds,
            $limit
        );
        return ['token' => $token, 'rows' => self::rowsOf($token)];
    }

    /**
     * Takes delivered rows away. Those that changed since the claim wait again, at once. A stale token does nothing.
     *
     * @param list<string> $ids
     */
    public static function acknowledge(string $token, array $ids): int
    {
        $done = Sql::run(
            'DELETE FROM mufta_bridge_outbox WHERE LEASE_TOKEN = ?s AND ID IN (?I) AND REVISION = LEASE_REVISION',
            $token,
            $ids
        );
        return $done + Sql::run(
            'UPDATE mufta_bridge_outbox
            SET LEASE_TOKEN = NULL, LEASE_REVISION = NULL, ATTEMPTS = 0, AVAILABLE_AT = NOW(), LAST_ERROR = NULL
            WHERE LEASE_TOKEN = ?s AND ID IN (?I)',
            $token,
            $ids
        );
    }

    /**
     * Rows that the other end did not take: later again, dead when the attempts are used up.
     *
     * @param list<string> $ids
     */
    public static function fail(string $token, array $ids, string $error): int
    {
        return Sql::run(
            'UPDATE mufta_bridge_outbox
            SET STATUS = IF(ATTEMPTS >= ?i AND REVISION = LEASE_REVISION, \'D\', \'W\'),
            LEASE_TOKEN = NULL, LEASE_REVISION = NULL, LAST_ERROR = ?s,
            AVAILABLE_AT = DATE_ADD(
                NOW(),
                INTERVAL 1 + FLOOR(RAND() * LEAST(?i, POW(2, LEAST(ATTEMPTS, 12)) * 5)) SECOND
            )
            WHERE LEASE_TOKEN = ?s AND ID IN (?I)',
            self::MAX_ATTEMPTS,
            self::errorCode($error),
            self::MAX_BACKOFF,
            $token,
            $ids
        );
    }

    /**
     * Rows whose delivery was not the rows' fault (no way to the runtime): free at once, the attempt not counted.
     *
     * @param list<string> $ids
     */
    public static function giveBack(string $token, array $ids): void
    {
        Sql::run(
            'UPDATE mufta_bridge_outbox
            SET LEASE_TOKEN = NULL, LEASE_REVISION = NULL, AVAILABLE_AT = NOW(),
            ATTEMPTS = IF(ATTEMPTS > 0, ATTEMPTS - 1, 0)
            WHERE LEASE_TOKEN = ?s AND ID IN (?I)',
            $token,
            $ids
        );
    }

    /** @return array{waiting: int, dead: int, oldestSeconds: int|null} */
    public static function counts(): array
    {
        $row = Sql::row(
            'SELECT SUM(STATUS = \'W\') AS WAITING, SUM(STATUS = \'D\') AS DEAD,
            TIMESTAMPDIFF(SECOND, MIN(IF(STATUS = \'W\', CREATED_AT, NULL)), NOW()) AS OLDEST
            FROM mufta_bridge_outbox'
        );
        return [
            'waiting' => (int)($row['WAITING'] ?? 0),
            'dead' => (int)($row['DEAD'] ?? 0),
            'oldestSeconds' => isset($row['OLDEST']) ? max(0, (int)$row['OLDEST']) : null,
        ];
    }

    /** @return list<array<string, mixed>> for the settings page */
    public static function deadRows(int $limit): array
    {
        return Sql::rows(
            'SELECT ID, ENTITY, ENTITY_ID, REASON, ATTEMPTS, LAST_ERROR, UNIX_TIMESTAMP(CHANGED_AT) AS AT
            FROM mufta_bridge_outbox WHERE STATUS = \'D\' ORDER BY AVAILABLE_AT, ID LIMIT ?i',
            $limit
        );
    }

    public static function reviveDead(): int
    {
        return Sql::run(
            'UPDATE mufta_bridge_outbox SET STATUS = \'W\', ATTEMPTS = 0, AVAILABLE_AT = NOW() WHERE STATUS = \'D\''
        );
    }

    private static function renew(string $token, int $leaseSeconds): int
    {
        Sql::run(
            'UPDATE mufta_bridge_outbox SET AVAILABLE_AT = DATE_ADD(NOW(), INTERVAL ?i SECOND)
            WHERE LEASE_TOKEN = ?s',
            $leaseSeconds,
            $token
        );
        return count(self::rowsOf($token));
    }

    /** A worker that died with the last attempt left no word: its rows are dead once the lease is over. */
    private static function buryExhausted(): void
    {
        Sql::run(
            'UPDATE mufta_bridge_outbox
            SET STATUS = \'D\', LEASE_TOKEN = NULL, LEASE_REVISION = NULL,
            LAST_ERROR = COALESCE(LAST_ERROR, \'LEASE_LOST\')
            WHERE STATUS = \'W\' AND AVAILABLE_AT <= NOW() AND ATTEMPTS >= ?i',
            self::MAX_ATTEMPTS
        );
    }

    /** @return list<array<string, mixed>> */
    private static function rowsOf(string $token): array
    {
        $rows = Sql::rows(
            'SELECT ID, ENTITY, ENTITY_ID, REASON, VERSION, DELETED, UNIX_TIMESTAMP(CHANGED_AT) AS AT
            FROM mufta_bridge_outbox WHERE LEASE_TOKEN = ?s ORDER BY ID',
            $token
        );
        return array_map(static fn (array $row): array => [
            'id' => (string)$row['ID'],
            'entity' => (string)$row['ENTITY'],
            'entityId' => (string)$row['ENTITY_ID'],
            'reason' => (string)$row['REASON'],
            'version' => $row['VERSION'] === null ? null : (int)$row['VERSION'],
            'deleted' => $row['DELETED'] === 'Y',
            'at' => Clock::fromUnix((int)$row['AT']),
        ], $rows);
    }

    /** A code, not a text: what an outside system says may hold personal data. */
    private static function errorCode(string $error): string
    {
        return preg_match('/^[A-Za-z][A-Za-z0-9_.-]{0,99}/', $error, $found) === 1 ? $found[0] : 'FAILED';
    }
}
