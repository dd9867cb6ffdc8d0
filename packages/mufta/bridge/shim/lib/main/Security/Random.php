<?php

declare(strict_types=1);

namespace Bitrix\Main\Security;

class Random
{
    public static function getInt($min = 0, $max = \PHP_INT_MAX)
    {
        return random_int($min, $max);
    }

    public static function getBytes($length)
    {
        return random_bytes($length);
    }

    public static function getString($length, $caseSensitive = false)
    {
        return randString($length, $caseSensitive ? 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789' : 'abcdefghijklmnopqrstuvwxyz0123456789');
    }
}
