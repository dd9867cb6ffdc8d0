<?php

declare(strict_types=1);

namespace Mufta\Bridge;

use Bitrix\Main\Config\Option;

/** The module's settings. The key's secret is encrypted; everything else is plain text. */
final class Settings
{
    public const MIN_FREQUENCY = 10;
    private const SECRET = 'secret';
    private const KEY_ID = 'key_id';

    /** @throws VaultException */
    public static function credentials(): ?Credentials
    {
        $keyId = self::get(self::KEY_ID);
        $stored = self::get(self::SECRET);
        if ($keyId === '' || $stored === '') {
            return null;
        }
        return new Credentials($keyId, Vault::open(self::SECRET, $stored));
    }

    /** @throws VaultException */
    public static function storeCredentials(Credentials $credentials): void
    {
        $sealed = Vault::seal(self::SECRET, $credentials->secret);
        self::set(self::KEY_ID, $credentials->keyId);
        self::set(self::SECRET, $sealed);
    }

    public static function forgetCredentials(): void
    {
        self::set(self::KEY_ID, '');
        self::set(self::SECRET, '');
    }

    public static function isPaired(): bool
    {
        return self::get(self::KEY_ID) !== '' && self::get(self::SECRET) !== '';
    }

    public static function runtimeUrl(): string
    {
        return rtrim(self::get('runtime_url'), '/');
    }

    public static function connection(): string
    {
        return self::get('connection');
    }

    public static function siteUrl(): string
    {
        return rtrim(self::get('site_url'), '/');
    }

    public static function isTest(): bool
    {
        return self::get('mode', 'production') === 'test';
    }

    public static function isPushOn(): bool
    {
        return self::get('push', 'Y') === 'Y';
    }

    public static function isPrivateAllowed(): bool
    {
        return self::get('push_private', 'N') === 'Y';
    }

    public static function frequency(): int
    {
        return max(self::MIN_FREQUENCY, (int)self::get('frequency', '60'));
    }

    /** @return list<string> site ids; empty = all */
    public static function sites(): array
    {
        return array_values(array_filter(explode(',', self::get('sites')), static fn (string $id): bool => $id !== ''));
    }

    public static function servesSite(string $siteId): bool
    {
        $sites = self::sites();
        return $sites === [] || in_array($siteId, $sites, true);
    }

    public static function get(string $name, string $default = ''): string
    {
        // The site '' means: the common value, whatever site the request belongs to.
        return (string)Option::get(Module::ID, $name, $default, '');
    }

    public static function set(string $name, string $value): void
    {
        Option::set(Module::ID, $name, $value);
    }
}
