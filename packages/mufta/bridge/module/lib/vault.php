<?php

declare(strict_types=1);

namespace Mufta\Bridge;

use Bitrix\Main\Config\Configuration;

/**
 * Secrets at rest: "v1:" and base64 of nonce (12), tag (16) and AES-256-GCM ciphertext, under a key made of the
 * site's crypto_key. The name of the option is bound in, so that a value cannot be moved to another.
 * Without crypto_key there is no secret: nothing is stored or read in clear.
 */
final class Vault
{
    private const PREFIX = 'v1:';
    private const CIPHER = 'aes-256-gcm';
    private const NONCE = 12;
    private const TAG = 16;

    public static function isReady(): bool
    {
        return self::siteKey() !== '';
    }

    /** @throws VaultException */
    public static function seal(string $name, string $secret): string
    {
        $nonce = random_bytes(self::NONCE);
        $tag = '';
        $sealed = openssl_encrypt($secret, self::CIPHER, self::key(), OPENSSL_RAW_DATA, $nonce, $tag, $name, self::TAG);
        if ($sealed === false) {
            throw new VaultException('The secret could not be encrypted');
        }
        return self::PREFIX . base64_encode($nonce . $tag . $sealed);
    }

    /** @throws VaultException when the value was altered, is not of this vault, or crypto_key is another */
    public static function open(string $name, string $stored): string
    {
        $raw = str_starts_with($stored, self::PREFIX)
            ? base64_decode(substr($stored, strlen(self::PREFIX)), true)
            : false;
        if ($raw === false || strlen($raw) < self::NONCE + self::TAG) {
            throw new VaultException('A stored secret is not readable');
        }
        $secret = openssl_decrypt(
            substr($raw, self::NONCE + self::TAG),
            self::CIPHER,
            self::key(),
            OPENSSL_RAW_DATA,
            substr($raw, 0, self::NONCE),
            substr($raw, self::NONCE, self::TAG),
            $name
        );
        if ($secret === false) {
            throw new VaultException('A stored secret does not belong to the crypto_key of this site');
        }
        return $secret;
    }

    private static function key(): string
    {
        $key = self::siteKey();
        if ($key === '') {
            throw new VaultException('The site has no crypto_key in .settings.php');
        }
        return hash_hkdf('sha256', $key, 32, Module::ID . ' vault v1');
    }

    private static function siteKey(): string
    {
        $crypto = Configuration::getValue('crypto');
        return is_array($crypto) ? (string)($crypto['crypto_key'] ?? '') : '';
    }
}
