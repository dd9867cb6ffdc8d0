<?php

declare(strict_types=1);

namespace Mufta\Bridge;

/**
 * Follows an update of the files: no installer runs then, whether they came by the update system or were copied.
 * Called by the agent, by the settings page and by updater.php; safe to call at any time.
 */
final class Upgrade
{
    private const STATE = 'module_version';

    /** Columns added after the first release: table, column, definition. Applied in this order, each once. */
    private const COLUMNS = [];

    public static function ifNeeded(): void
    {
        $version = Module::version();
        if (State::get(self::STATE) === $version) {
            return;
        }
        Sql::locked('upgrade', 10, static function () use ($version): void {
            self::addColumns();
            Subscriptions::register();
            Agent::ensure(Settings::frequency());
            State::set(self::STATE, $version);
        });
    }

    private static function addColumns(): void
    {
        $connection = \Bitrix\Main\Application::getConnection();
        foreach (self::COLUMNS as [$table, $column, $statement]) {
            if (!array_key_exists($column, $connection->getTableFields($table))) {
                Sql::run($statement);
            }
        }
    }
}
