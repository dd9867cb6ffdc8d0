<?php

declare(strict_types=1);

namespace Mufta\Bridge;

/** Lets a request of the runtime in, or says why not. What fails tells nothing of what would have been right. */
final class Gate
{
    /** @throws Failure */
    public static function check(RawRequest $request): void
    {
        self::checkForm($request);
        self::checkSignature($request, self::credentials());
        self::spendNonce($request->nonce);
    }

    private static function checkForm(RawRequest $request): void
    {
        if ($request->method !== 'POST') {
            throw new Failure('BAD_REQUEST', 'Only POST is answered here', [], 405);
        }
        if (preg_match('~^application/json\s*(;\s*charset="?utf-8"?\s*)?$~i', $request->contentType) !== 1) {
            throw new Failure('UNSUPPORTED_TYPE', 'Send application/json; charset=utf-8');
        }
        $isCutByPhp = $request->contentLength > 0 && $request->body === '';
        $length = max($request->contentLength, strlen($request->body));
        if ($length > RawRequest::MAX_BYTES || $isCutByPhp) {
            throw new Failure('TOO_LARGE', 'The body is larger than this site takes');
        }
    }

    private static function credentials(): Credentials
    {
        try {
            $credentials = Settings::credentials();
        } catch (VaultException) {
            throw new Failure('NOT_CONFIGURED', 'The site cannot read its key; look at the settings of the module');
        }
        if ($credentials === null) {
            throw new Failure('NOT_CONFIGURED', 'The site is not paired with a runtime');
        }
        return $credentials;
    }

    private static function checkSignature(RawRequest $request, Credentials $credentials): void
    {
        $isFormed = preg_match('/^\d{1,12}$/', $request->time) === 1
            && preg_match('/^[0-9a-f]{32}$/', $request->nonce) === 1
            && preg_match('/^[0-9a-f]{64}$/', $request->signature) === 1;
        if (!$isFormed) {
            throw new Failure('BAD_SIGNATURE', 'The signature headers are missing or malformed');
        }
        $expected = Signer::sign(
            $credentials->secret,
            $request->time,
            $request->nonce,
            $request->method,
            $request->target,
            $request->body
        );
        // Both are always compared, so that the time does not tell which of them was wrong.
        $isKey = hash_equals($credentials->keyId, $request->keyId);
        $isSignature = hash_equals($expected, $request->signature);
        if (!$isKey || !$isSignature) {
            throw new Failure('BAD_SIGNATURE', 'The signature does not match');
        }
        if (abs(time() - (int)$request->time) > Signer::WINDOW) {
            throw new Failure('STALE', 'The time of the request is too far from the time of the site', [
                'time' => time(),
            ]);
        }
    }

    /** Only after the signature was right: a stranger must not be able to fill the table. */
    private static function spendNonce(string $nonce): void
    {
        $added = Sql::run(
            'INSERT IGNORE INTO mufta_bridge_nonce (NONCE, EXPIRES_AT)
            VALUES (?s, DATE_ADD(NOW(), INTERVAL ?i SECOND))',
            $nonce,
            Signer::NONCE_SECONDS
        );
        if ($added !== 1) {
            throw new Failure('REPLAYED', 'This request was already received');
        }
    }
}
