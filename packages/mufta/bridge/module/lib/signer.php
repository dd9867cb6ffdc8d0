<?php

declare(strict_types=1);

namespace Mufta\Bridge;

/** Signatures of the protocol, for both directions. */
final class Signer
{
    /** How far the clocks of both ends may differ. */
    public const WINDOW = 300;
    /** A nonce is remembered for the whole window, past and future. */
    public const NONCE_SECONDS = 600;

    /** Lower hex HMAC-SHA256. The secret is used as the text it is, not decoded. */
    public static function sign(
        string $secret,
        string $time,
        string $nonce,
        string $method,
        string $target,
        string $body
    ): string {
        $text = implode("\n", [$time, $nonce, $method, $target, hash('sha256', $body)]);
        return hash_hmac('sha256', $text, $secret);
    }

    /** @return array<string, string> headers of a request that the site sends */
    public static function headers(Credentials $credentials, string $method, string $target, string $body): array
    {
        $time = (string)time();
        $nonce = bin2hex(random_bytes(16));
        return [
            'X-Bridge-Key' => $credentials->keyId,
            'X-Bridge-Time' => $time,
            'X-Bridge-Nonce' => $nonce,
            'X-Bridge-Signature' => self::sign($credentials->secret, $time, $nonce, $method, $target, $body),
        ];
    }
}
