<?php

declare(strict_types=1);

namespace Mufta\Bridge;

/** Lines in the site's event log: a code and ids, never a value of an order, an address or a message from outside. */
final class Log
{
    private const MOST_PER_REQUEST = 20;
    private static int $written = 0;

    /** @param array<string, string|int|null> $facts */
    public static function warning(string $code, array $facts = []): void
    {
        self::write('WARNING', $code, $facts);
    }

    /** @param array<string, string|int|null> $facts */
    public static function info(string $code, array $facts = []): void
    {
        self::write('INFO', $code, $facts);
    }

    /** Only the class and the place of an exception: its message may hold SQL or data. */
    public static function exception(string $code, \Throwable $error): void
    {
        self::write('ERROR', $code, [
            'class' => get_class($error),
            'at' => basename($error->getFile()) . ':' . $error->getLine(),
        ]);
    }

    /** @param array<string, string|int|null> $facts */
    private static function write(string $severity, string $code, array $facts): void
    {
        if (self::$written >= self::MOST_PER_REQUEST) {
            return;
        }
        self::$written++;
        try {
            \CEventLog::Add([
                'SEVERITY' => $severity,
                'AUDIT_TYPE_ID' => 'MUFTA_BRIDGE',
                'MODULE_ID' => Module::ID,
                'ITEM_ID' => $code,
                'DESCRIPTION' => JsonCodec::encode($facts === [] ? new \stdClass() : $facts),
            ]);
        } catch (\Throwable) {
            // Where even the log does not work there is no place left to say so.
            return;
        }
    }
}
