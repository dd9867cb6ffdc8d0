<?php

declare(strict_types=1);

namespace Bitrix\Main\Web;

class Json
{
    private const DEFAULT_OPTIONS = JSON_HEX_TAG | JSON_HEX_AMP | JSON_HEX_APOS | JSON_HEX_QUOT | JSON_INVALID_UTF8_SUBSTITUTE | JSON_THROW_ON_ERROR;

    public static function encode($data, $options = null)
    {
        try {
            return json_encode($data, $options === null ? self::DEFAULT_OPTIONS : $options | JSON_THROW_ON_ERROR);
        } catch (\JsonException $error) {
            throw new \Bitrix\Main\ArgumentException($error->getMessage(), 'data', $error);
        }
    }

    public static function decode($data)
    {
        try {
            return json_decode((string)$data, true, 512, JSON_THROW_ON_ERROR);
        } catch (\JsonException $error) {
            throw new \Bitrix\Main\ArgumentException($error->getMessage(), 'data', $error);
        }
    }
}
