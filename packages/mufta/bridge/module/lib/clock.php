<?php

declare(strict_types=1);

namespace Mufta\Bridge;

use Bitrix\Main\Type\DateTime;

/** Times as the protocol writes them: ISO 8601 with the offset of the site. */
final class Clock
{
    /** @var array<string, array<string, string>> the protocol's text by zone and minute */
    private static array $minutes = [];

    /** @return string|null null for an empty time */
    public static function iso(mixed $time): ?string
    {
        if ($time instanceof \Bitrix\Main\Type\Date) {
            return self::fromUnix($time->getTimestamp());
        }
        return null;
    }

    /** A time as the database prints it, in the zone of the site. Objects of the kernel cost several times as much. */
    public static function fromText(?string $time): ?string
    {
        if ($time === null || str_starts_with($time, '0000')) {
            return null;
        }
        // Within one minute only the seconds differ, and many orders of a page were changed in the same one.
        $minute = substr($time, 0, 16);
        $text = self::$minutes[date_default_timezone_get()][$minute] ??= self::fromUnix((int)strtotime($minute));
        return substr_replace($text, substr($time, 17, 2), 17, 2);
    }

    public static function fromUnix(int $seconds): string
    {
        return date(DATE_ATOM, $seconds);
    }

    public static function toKernel(string $iso): DateTime
    {
        return DateTime::createFromTimestamp((new \DateTimeImmutable($iso))->getTimestamp());
    }
}
