<?php

declare(strict_types=1);

namespace Mufta\Bridge;

/** Numbers of the shop as decimal text. */
final class Decimal
{
    /** The kernel rounds money to eight places (option value_precision_v2). */
    private const PLACES = 8;
    /** A float holds fifteen digits; what follows is binary noise. */
    private const DIGITS = 15;
    private const PRINTED = '/^(?:0|[1-9]\d*)\.\d+$/D';

    /** @var array<string, string> by what it was made of: few quantities, prices and discounts, many rows */
    private static array $known = [];

    /** Plain decimal text without zeros at its end; null for what is no number. */
    public static function text(mixed $value): ?string
    {
        if (is_string($value)) {
            // As a database prints them: the whole pattern and its parts cost three times as much.
            return self::$known[$value] ??= preg_match(self::PRINTED, $value) === 1
                ? rtrim(rtrim($value, '0'), '.')
                : self::fromText(trim($value));
        }
        return match (true) {
            is_int($value) => (string)$value,
            is_float($value) => self::fromFloat($value),
            default => null,
        };
    }

    public static function orZero(mixed $value): string
    {
        return self::text($value) ?? '0';
    }

    /** 0.2 of the shop is 20 percent of the protocol. */
    public static function percent(mixed $fraction): ?string
    {
        $text = self::text($fraction);
        return $text === null ? null : self::fromFloat((float)$text * 100);
    }

    public static function isZero(string $text): bool
    {
        return trim($text, '-0.') === '';
    }

    private static function fromFloat(float $value): ?string
    {
        if (!is_finite($value)) {
            return null;
        }
        $whole = abs($value) < 1 ? 0 : (int)floor(log10(abs($value))) + 1;
        $places = max(0, min(self::PLACES, self::DIGITS - $whole));
        return self::strip(number_format($value, $places, '.', ''));
    }

    private static function fromText(string $value): ?string
    {
        if (preg_match('/^([+-]?)0*(\d+(?:\.\d*)?|\.\d+)$/', $value, $found) !== 1) {
            return is_numeric($value) ? self::fromFloat((float)$value) : null;
        }
        $number = str_starts_with($found[2], '.') ? '0' . $found[2] : $found[2];
        return self::strip(($found[1] === '-' ? '-' : '') . $number);
    }

    private static function strip(string $number): string
    {
        $short = str_contains($number, '.') ? rtrim(rtrim($number, '0'), '.') : $number;
        return $short === '-0' || $short === '' ? '0' : $short;
    }
}
