<?php

declare(strict_types=1);

namespace Mufta\Bridge;

/** JSON as the protocol wants it: exact, unescaped, and an error instead of a silent loss. */
final class JsonCodec
{
    private const DEPTH = 32;

    /**
     * Text that is not UTF-8 (a site that was converted badly) gets replacement signs: one broken comment must not
     * hold back a whole order. An empty map must be given as an object.
     *
     * @throws \JsonException
     */
    public static function encode(mixed $value): string
    {
        return json_encode(
            $value,
            JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES | JSON_PRESERVE_ZERO_FRACTION
                | JSON_INVALID_UTF8_SUBSTITUTE
        );
    }

    /**
     * @return array<array-key, mixed>
     * @throws \JsonException also when the text is no object or list
     */
    public static function decode(string $text): array
    {
        $value = json_decode($text, true, self::DEPTH, JSON_THROW_ON_ERROR | JSON_BIGINT_AS_STRING);
        if (!is_array($value)) {
            throw new \JsonException('An object was expected');
        }
        return $value;
    }
}
