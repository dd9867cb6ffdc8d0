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

    public static function fromUnix(int $seconds): string
    {
        return date(DATE_ATOM, $seconds);
    }

    public static function toKernel(string $iso): DateTime
    {
        return DateTime::createFromTimestamp((new \DateTimeImmutable($iso))->getTimestamp());
    }
}
