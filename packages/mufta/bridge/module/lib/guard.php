<?php

declare(strict_types=1);

namespace Mufta\Bridge;

/** Marks the runtime's own writes, so that the events they cause are not sent back to it. */
final class Guard
{
    private static int $depth = 0;

    public static function run(callable $work): mixed
    {
        self::$depth++;
        try {
            return $work();
        } finally {
            self::$depth--;
        }
    }

    public static function isActive(): bool
    {
        return self::$depth > 0;
    }
}
