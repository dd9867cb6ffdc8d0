<?php

declare(strict_types=1);

namespace Mufta\Bridge;

/**
 * Gets the shared key from the runtime for a one-time code. The code itself never travels: the site proves that it
 * knows it, and only who knows it can open the box that comes back.
 */
final class Pairing
{
    private const SECONDS = 15;
    private const BOX_AAD = 'mufta-pair-v1';

    /** Returns a code for the settings page: "paired" or what went wrong. Nothing is changed unless all went well. */
    public static function pair(string $runtimeUrl, string $code, string $siteUrl): string
    {
        // First, because the code is spent by the runtime's answer.
        if (!Vault::isReady()) {
            return 'no_crypto_key';
        }
        $runtimeUrl = rtrim(trim($runtimeUrl), '/');
        $siteUrl = rtrim(trim($siteUrl), '/');
        if (!Http::isAllowed($runtimeUrl) || filter_var($siteUrl, FILTER_VALIDATE_URL) === false) {
            return 'address';
        }
        $dot = strrpos(trim($code), '.');
        $connection = $dot === false ? '' : substr(trim($code), 0, $dot);
        $letters = self::letters($code);
        if ($connection === '' || strlen($letters) !== 16) {
            return 'code_form';
        }
        $nonce = bin2hex(random_bytes(16));
        $outcome = Http::post($runtimeUrl . '/bridge/pair', [], JsonCodec::encode([
            'v' => Module::PROTOCOL,
            'connection' => $connection,
            'proof' => self::proof($letters, $nonce, $siteUrl),
            'nonce' => $nonce,
            'siteUrl' => $siteUrl,
            'moduleId' => Module::ID,
            'endpoint' => $siteUrl . Module::endpointPath(),
        ]), self::SECONDS);
        if (($outcome->json()['error']['code'] ?? null) === 'PAIR_ENDPOINT') {
            return 'address';
        }
        if (!$outcome->isGood()) {
            return $outcome->isPassing() ? 'no_answer' : 'code_refused';
        }
        $credentials = self::open($letters, $nonce, (string)($outcome->json()['box'] ?? ''));
        if ($credentials === null) {
            return 'not_a_runtime';
        }
        Settings::storeCredentials($credentials);
        Settings::set('runtime_url', $runtimeUrl);
        Settings::set('connection', $connection);
        Settings::set('site_url', $siteUrl);
        State::forget('push');
        Log::info('PAIRED', ['connection' => $connection]);
        return 'paired';
    }

    /** Case, spaces and dashes do not matter. */
    public static function letters(string $code): string
    {
        $dot = strrpos($code, '.');
        $part = strtoupper($dot === false ? $code : substr($code, $dot + 1));
        return (string)preg_replace('/[^A-Z2-7]/', '', $part);
    }

    public static function proof(string $letters, string $nonce, string $siteUrl, string $moduleId = Module::ID): string
    {
        return hash_hmac('sha256', "pair\n$nonce\n$siteUrl\n$moduleId", $letters);
    }

    public static function open(string $letters, string $nonce, string $box): ?Credentials
    {
        $raw = base64_decode($box, true);
        if ($raw === false || strlen($raw) <= 28) {
            return null;
        }
        $key = hash_hmac('sha256', "box\n$nonce", $letters, true);
        $text = openssl_decrypt(
            substr($raw, 28),
            'aes-256-gcm',
            $key,
            OPENSSL_RAW_DATA,
            substr($raw, 0, 12),
            substr($raw, 12, 16),
            self::BOX_AAD
        );
        try {
            $data = $text === false ? [] : JsonCodec::decode($text);
        } catch (\JsonException) {
            return null;
        }
        $keyId = $data['key'] ?? null;
        $secret = $data['secret'] ?? null;
        $isFormed = is_string($keyId) && $keyId !== ''
            && is_string($secret) && preg_match('/^[0-9a-f]{64}$/D', $secret) === 1;
        return $isFormed ? new Credentials($keyId, $secret) : null;
    }
}
