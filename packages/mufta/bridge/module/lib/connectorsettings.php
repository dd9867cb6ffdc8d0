<?php

declare(strict_types=1);

namespace Mufta\Bridge;

/**
 * The connector's own settings, typed on the site's settings page and read by the runtime. Their description is the
 * file settings.schema.json, which the builder makes of the connector's declaration.
 */
final class ConnectorSettings
{
    private const PREFIX = 'c_';
    private const BOX_AAD = 'mufta-settings-v1';

    /** @return list<array<string, mixed>> fields: path, kind, title {en, ru}, hint, required, default, choices */
    public static function fields(): array
    {
        $file = dirname(__DIR__) . '/settings.schema.json';
        if (!is_file($file)) {
            return [];
        }
        try {
            $data = JsonCodec::decode((string)file_get_contents($file));
        } catch (\JsonException $error) {
            Log::exception('SETTINGS_SCHEMA_BROKEN', $error);
            return [];
        }
        $fields = is_array($data['fields'] ?? null) ? $data['fields'] : [];
        return array_values(array_filter(
            $fields,
            static fn (mixed $field): bool => is_array($field) && is_string($field['path'] ?? null)
        ));
    }

    /** @return string|null null = never typed */
    public static function get(array $field): ?string
    {
        $stored = Settings::get(self::option($field));
        return $stored === '' ? null : $stored;
    }

    /** @throws VaultException for a secret on a site without crypto_key */
    public static function set(array $field, string $value): void
    {
        $option = self::option($field);
        $isSecret = self::isSecret($field) && $value !== '';
        Settings::set($option, $isSecret ? Vault::seal($option, $value) : $value);
    }

    public static function isSecret(array $field): bool
    {
        return ($field['kind'] ?? '') === 'secret';
    }

    /**
     * Values by path. A secret is {"box": base64 of iv (12), tag (16), AES-256-GCM ciphertext}, its key being the raw
     * HMAC-SHA256 of "settings\n" and the path under the shared secret.
     *
     * @return array<string, mixed>
     */
    public static function forRuntime(): array
    {
        $values = [];
        foreach (self::fields() as $field) {
            $stored = self::get($field);
            $values[(string)$field['path']] = match (true) {
                $stored === null => null,
                self::isSecret($field) => ['box' => self::box($field, $stored)],
                default => self::typed($field, $stored),
            };
        }
        return $values;
    }

    /** "code = value" lines of a mapping, or lines of a list, as data. */
    private static function typed(array $field, string $stored): mixed
    {
        $lines = array_values(array_filter(array_map(trim(...), explode("\n", $stored)), self::isFilled(...)));
        return match ($field['kind'] ?? 'text') {
            'number' => Decimal::text($stored) === null ? $stored : (float)$stored,
            'boolean' => $stored === 'Y',
            'list' => $lines,
            'mapping' => (object)self::pairs($lines),
            'json' => self::json($stored),
            default => $stored,
        };
    }

    /** @param list<string> $lines */
    private static function pairs(array $lines): array
    {
        $pairs = [];
        foreach ($lines as $line) {
            [$code, $value] = array_map(trim(...), explode('=', $line, 2)) + [1 => ''];
            if ($code !== '' && $value !== '') {
                $pairs[$code] = $value;
            }
        }
        return $pairs;
    }

    private static function json(string $stored): mixed
    {
        try {
            return json_decode($stored, false, 32, JSON_THROW_ON_ERROR | JSON_BIGINT_AS_STRING);
        } catch (\JsonException) {
            return null;
        }
    }

    private static function box(array $field, string $stored): string
    {
        $credentials = Settings::credentials();
        if ($credentials === null) {
            throw new Failure('NOT_CONFIGURED', 'The site is not paired with a runtime');
        }
        $secret = Vault::open(self::option($field), $stored);
        $key = hash_hmac('sha256', "settings\n" . $field['path'], $credentials->secret, true);
        $iv = random_bytes(12);
        $tag = '';
        $box = openssl_encrypt($secret, 'aes-256-gcm', $key, OPENSSL_RAW_DATA, $iv, $tag, self::BOX_AAD, 16);
        return base64_encode($iv . $tag . $box);
    }

    private static function option(array $field): string
    {
        return substr(self::PREFIX . strtolower((string)$field['path']), 0, 100);
    }

    private static function isFilled(string $text): bool
    {
        return $text !== '';
    }
}
