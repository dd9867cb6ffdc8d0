<?php

declare(strict_types=1);

namespace Mufta\Bridge;

use Bitrix\Main\Type\DateTime;

/** Times as the protocol writes them: ISO 8601 with the offset of the site. */
final class Clock
{
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
        return $time === null || str_starts_with($time, '0000') ? null : self::fromUnix((int)strtotime($time));
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
