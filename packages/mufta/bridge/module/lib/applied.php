<?php

declare(strict_types=1);

namespace Mufta\Bridge;

/**
 * Writes that were carried out, by their key: the same request again gets the first answer and changes nothing.
 * A write that was refused leaves no trace, so that it can be sent again once its cause is gone. One whose process
 * died is carried out again: patches set states, and the expected version stops what was already done.
 */
final class Applied
{
    private const WAIT_SECONDS = 5;

    /**
     * @param callable(): array<string, mixed> $work
     * @return array<string, mixed>
     * @throws Failure KEY_REUSED, BUSY, or what the work throws
     */
    public static function once(Call $call, callable $work): array
    {
        return Sql::locked('key_' . $call->key, self::WAIT_SECONDS, static function () use ($call, $work): array {
            $stored = self::find($call);
            if ($stored !== null) {
                return $stored;
            }
            try {
                $answer = $work();
            } catch (Failure $failure) {
                Sql::run('DELETE FROM mufta_bridge_applied WHERE WRITE_KEY = ?s AND STATUS = \'P\'', $call->key);
                throw $failure;
            }
            Sql::run(
                'UPDATE mufta_bridge_applied SET STATUS = \'D\', ANSWER = ?s WHERE WRITE_KEY = ?s',
                JsonCodec::encode($answer),
                $call->key
            );
            return $answer;
        });
    }

    /** Notes how the record looked after our write, for the recognition of echoes. */
    public static function remember(string $key, string $entity, string $id, ?int $version, string $snapshot): void
    {
        Sql::run(
            'UPDATE mufta_bridge_applied SET ENTITY = ?s, ENTITY_ID = ?s, VERSION = ?m, SNAPSHOT = ?s
            WHERE WRITE_KEY = ?s',
            $entity,
            $id,
            $version,
            $snapshot,
            $key
        );
    }

    /**
     * @param list<int> $ids
     * @return list<array<string, mixed>> our writes to these records, the last one of each at the end
     */
    public static function lastOf(string $entity, array $ids): array
    {
        if ($ids === []) {
            return [];
        }
        return Sql::rows(
            'SELECT ENTITY_ID, VERSION, SNAPSHOT FROM mufta_bridge_applied
            WHERE ENTITY = ?s AND ENTITY_ID IN (?S) ORDER BY ID',
            $entity,
            $ids
        );
    }

    /** @return array<string, mixed>|null */
    private static function find(Call $call): ?array
    {
        Sql::run(
            'INSERT IGNORE INTO mufta_bridge_applied (WRITE_KEY, COMMAND, BODY_HASH, CREATED_AT)
            VALUES (?s, ?s, ?s, NOW())',
            $call->key,
            $call->command,
            $call->bodyHash
        );
        $row = Sql::row(
            'SELECT COMMAND, BODY_HASH, STATUS, ANSWER FROM mufta_bridge_applied WHERE WRITE_KEY = ?s',
            $call->key
        );
        if ($row === null) {
            throw new Failure('INTERNAL', 'The key of the write could not be noted');
        }
        if ($row['BODY_HASH'] !== $call->bodyHash || $row['COMMAND'] !== $call->command) {
            throw new Failure('KEY_REUSED', 'This key was used for another write');
        }
        return $row['STATUS'] === 'D' ? JsonCodec::decode((string)$row['ANSWER']) : null;
    }
}
