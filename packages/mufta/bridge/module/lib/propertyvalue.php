<?php

declare(strict_types=1);

namespace Mufta\Bridge;

/** Values of order properties: text, a list of texts, files by their id. */
final class PropertyValue
{
    /** @return string|list<string>|null */
    public static function shape(mixed $value): string|array|null
    {
        if (!is_array($value) || isset($value['ID'])) {
            return self::single($value);
        }
        $texts = array_map(self::single(...), array_values($value));
        return array_values(array_filter($texts, static fn (?string $text): bool => $text !== null));
    }

    private static function single(mixed $value): ?string
    {
        return match (true) {
            is_string($value) => $value,
            is_int($value), is_float($value) => Decimal::text($value),
            is_bool($value) => $value ? 'Y' : 'N',
            $value instanceof \Bitrix\Main\Type\Date => $value->format('Y-m-d'),
            // A file: its id is the only part that stays valid without a session.
            is_array($value) && is_scalar($value['ID'] ?? null) => (string)$value['ID'],
            default => null,
        };
    }
}
