<?php

declare(strict_types=1);

namespace Mufta\Bridge;

/** Takes away what is old, a little at a time, so that no table grows for ever and no query is long. */
final class Cleaner
{
    private const BATCH = 500;
    private const KEEP_APPLIED_DAYS = 30;
    private const KEEP_DEAD_DAYS = 90;
    private const KEEP_UNPAIRED_DAYS = 30;

    public static function run(): void
    {
        Sql::run('DELETE FROM mufta_bridge_nonce WHERE EXPIRES_AT < NOW() LIMIT ?i', self::BATCH);
        Sql::run(
            'DELETE FROM mufta_bridge_applied WHERE CREATED_AT < DATE_SUB(NOW(), INTERVAL ?i DAY) LIMIT ?i',
            self::KEEP_APPLIED_DAYS,
            self::BATCH
        );
        self::deleteOutbox('D', self::KEEP_DEAD_DAYS);
        // Without a runtime nobody takes the rows; after pairing the sweep finds what they would have said.
        if (!Settings::isPaired()) {
            self::deleteOutbox('W', self::KEEP_UNPAIRED_DAYS);
        }
    }

    private static function deleteOutbox(string $status, int $days): void
    {
        Sql::run(
            'DELETE FROM mufta_bridge_outbox
            WHERE STATUS = ?s AND AVAILABLE_AT < DATE_SUB(NOW(), INTERVAL ?i DAY) LIMIT ?i',
            $status,
            $days,
            self::BATCH
        );
    }
}
