<?php

declare(strict_types=1);

namespace Mufta\Bridge\Admin;

use Mufta\Bridge\Clock;
use Mufta\Bridge\Outbox;
use Mufta\Bridge\Settings;
use Mufta\Bridge\Sql;
use Mufta\Bridge\State;
use Mufta\Bridge\Vault;

/** The state of the bridge for the settings page: facts, and what is wrong. */
final class Status
{
    /** @return array<string, string> key of a title => value */
    public static function facts(): array
    {
        $counts = Outbox::counts();
        return [
            'MUFTA_BRIDGE_FACT_PAIRED' => Settings::isPaired() ? Settings::connection() : '—',
            'MUFTA_BRIDGE_FACT_LAST_CALL' => self::time('last_call'),
            'MUFTA_BRIDGE_FACT_LAST_PUSH' => self::time('last_push') . self::note(State::get('last_push')),
            'MUFTA_BRIDGE_FACT_LAST_AGENT' => self::time('agent'),
            'MUFTA_BRIDGE_FACT_WAITING' => (string)$counts['waiting'],
            'MUFTA_BRIDGE_FACT_DEAD' => (string)$counts['dead'],
        ];
    }

    /** @return list<string> keys of texts */
    public static function problems(): array
    {
        $agent = State::changedAt('agent');
        $patience = max(3600, 10 * Settings::frequency());
        $problems = [
            'MUFTA_BRIDGE_PROBLEM_NO_CRYPTO_KEY' => !Vault::isReady(),
            'MUFTA_BRIDGE_PROBLEM_NOT_PAIRED' => !Settings::isPaired(),
            'MUFTA_BRIDGE_PROBLEM_AGENT_SILENT' => $agent === null || time() - $agent > $patience,
            'MUFTA_BRIDGE_PROBLEM_CLOCKS_DIFFER' => self::clocksDiffer(),
            'MUFTA_BRIDGE_PROBLEM_DEAD_ROWS' => Outbox::counts()['dead'] > 0,
            'MUFTA_BRIDGE_PROBLEM_TEST_MODE' => Settings::isTest(),
        ];
        return array_keys(array_filter($problems));
    }

    private static function time(string $name): string
    {
        $at = State::changedAt($name);
        return $at === null ? '—' : Clock::fromUnix($at);
    }

    private static function note(?string $note): string
    {
        return $note === null ? '' : ' (' . $note . ')';
    }

    /** PHP and the database in different time zones make changed orders be found late. */
    private static function clocksDiffer(): bool
    {
        $row = Sql::row('SELECT DATE_FORMAT(NOW(), \'%Y-%m-%d %H:%i:%s\') AS DB_NOW');
        return abs((int)strtotime((string)($row['DB_NOW'] ?? '')) - time()) > 120;
    }
}
