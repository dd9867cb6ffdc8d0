<?php

declare(strict_types=1);

namespace Mufta\Bridge;

use Bitrix\Main\Application;
use Bitrix\Main\DB\Connection;
use Bitrix\Main\DB\SqlQueryException;

/**
 * The module's own statements. The text is constant; values come in by placeholders, because the kernel's binds do
 * nothing on MySQL: ?i integer, ?s text, ?n text or NULL, ?m integer or NULL, ?I list of integers, ?S list of texts.
 */
final class Sql
{
    private const RETRIES = 3;

    public static function run(string $text, mixed ...$values): int
    {
        $statement = self::fill($text, $values);
        return self::retry(static function (Connection $connection) use ($statement): int {
            $connection->queryExecute($statement);
            return (int)$connection->getAffectedRowsCount();
        });
    }

    /** @return list<array<string, mixed>> from the main server, never from a replica that may be behind */
    public static function rows(string $text, mixed ...$values): array
    {
        $statement = self::fill($text, $values);
        return self::onMaster(static fn (): array => self::retry(
            static fn (Connection $connection): array => $connection->query($statement)->fetchAll()
        ));
    }

    /** @return array<string, mixed>|null */
    public static function row(string $text, mixed ...$values): ?array
    {
        return self::rows($text, ...$values)[0] ?? null;
    }

    /**
     * Runs the work while no other process does the same.
     *
     * @throws Failure BUSY when the lock is not free within the time
     */
    public static function locked(string $what, int $waitSeconds, callable $work): mixed
    {
        $connection = Application::getConnection();
        $name = Module::lockName($what);
        if (!$connection->lock($name, $waitSeconds)) {
            throw new Failure('BUSY', 'Another request is at work on this; try again');
        }
        try {
            return $work();
        } finally {
            $connection->unlock($name);
        }
    }

    /** @param list<mixed> $values */
    private static function fill(string $text, array $values): string
    {
        $next = 0;
        $filled = preg_replace_callback('/\?([isnmIS])/', static function (array $mark) use ($values, &$next): string {
            return self::literal($mark[1], $values[$next++] ?? null);
        }, $text);
        return (string)$filled;
    }

    private static function literal(string $kind, mixed $value): string
    {
        if ($kind === 'I' || $kind === 'S') {
            $one = $kind === 'I' ? 'i' : 's';
            $list = array_map(static fn (mixed $item): string => self::literal($one, $item), array_values($value));
            return $list === [] ? 'NULL' : implode(', ', $list);
        }
        if ($value === null && ($kind === 'n' || $kind === 'm')) {
            return 'NULL';
        }
        if ($kind === 'i' || $kind === 'm') {
            return (string)(int)$value;
        }
        return Application::getConnection()->getSqlHelper()->convertToDbString((string)$value);
    }

    /** A deadlock or lock timeout undid the statement: it may be repeated. */
    private static function retry(callable $work): mixed
    {
        $connection = Application::getConnection();
        for ($attempt = 1;; $attempt++) {
            try {
                return $work($connection);
            } catch (SqlQueryException $error) {
                $isPassing = preg_match('/\b(1213|1205)\b/', $error->getDatabaseMessage()) === 1;
                if (!$isPassing || $attempt >= self::RETRIES) {
                    throw $error;
                }
                usleep(random_int(1_000, 20_000) * $attempt);
            }
        }
    }

    private static function onMaster(callable $work): mixed
    {
        $application = Application::getInstance();
        $pool = method_exists($application, 'getConnectionPool') ? $application->getConnectionPool() : null;
        if ($pool === null || !method_exists($pool, 'useMasterOnly')) {
            return $work();
        }
        $pool->useMasterOnly(true);
        try {
            return $work();
        } finally {
            $pool->useMasterOnly(false);
        }
    }
}
